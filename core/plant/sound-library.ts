/** The source's sounds, decoded when they are asked for; those of one shot are kept while it is worked on. */
import { InvariantError } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import { decodeAudio } from '../media/decode-audio.ts';
import type { MediaTools } from '../process/media-tools.ts';
import type { RandomStream } from '../rng.ts';
import { dubsOf, type SourceShot, type SourceTitle, type SourceTrack } from './source.ts';
import { PLANT_RATE_HZ } from './transform.ts';

/** Sounds of shots, mono, 48 kHz, as long as the shot. */
export class SoundLibrary {
  readonly #titles: readonly SourceTitle[];
  readonly #tools: MediaTools;
  readonly #signal: AbortSignal | undefined;
  readonly #kept = new Map<string, Promise<Float32Array>>();

  constructor(titles: readonly SourceTitle[], tools: MediaTools, signal: AbortSignal | undefined) {
    this.#titles = titles;
    this.#tools = tools;
    this.#signal = signal;
  }

  /** The original of a shot. */
  original(shot: SourceShot): Promise<Float32Array> {
    return this.#sound(shot, ({ role }) => role === 'original');
  }

  /** A dub of a shot. */
  track(shot: SourceShot, language: string): Promise<Float32Array> {
    return this.#sound(shot, (track) => track.role === 'dub' && track.language === language);
  }

  /** As much of another title's sound, in the same language where there is one. */
  async elsewhere(
    title: SourceTitle,
    shot: SourceShot,
    language: string,
    random: RandomStream,
  ): Promise<Float32Array> {
    const others = this.#titles.filter(({ name }) => name !== title.name).flatMap(({ shots }) => shots);
    const same = others.filter((other) => dubsOf(other).some((dub) => dub.language === language));
    const source = random.pick(same.length > 0 ? same : others);
    const sound = same.length > 0 ? await this.track(source, language) : await this.original(source);
    const length = Math.round(shot.durationSec * PLANT_RATE_HZ);
    return Float32Array.from({ length }, (_, i) => sound[i % sound.length]!);
  }

  async #sound(shot: SourceShot, isMeant: (track: SourceTrack) => boolean): Promise<Float32Array> {
    const pieces = await Promise.all(
      (shot.parts ?? [shot]).map((part) => {
        const track = part.tracks.find(isMeant);
        if (track === undefined)
          throw new InvariantError(`Shot ${part.name} lacks a track that it was planned with.`);
        return this.#decode(track.audio, part.durationSec);
      }),
    );
    if (pieces.length === 1) return pieces[0]!;
    const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #decode(source: AudioSource, durationSec: number): Promise<Float32Array> {
    const key = `${source.path}\n${source.streamIndex}`;
    let sound = this.#kept.get(key);
    if (sound === undefined) {
      const request = { sampleRateHz: PLANT_RATE_HZ, startSec: 0, durationSec };
      sound = decodeAudio(source, request, this.#tools, { signal: this.#signal });
      this.#kept.set(key, sound);
    }
    return sound;
  }
}
