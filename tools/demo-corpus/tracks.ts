/** A scene's sound tracks: bed and speech of each language, and the planted faults. */
import type { Rng } from '../../core/rng.ts';
import { renderBed } from './bed.ts';
import { offsetOf, type ShotFault, shotFaultOf } from './faults.ts';
import type { PlannedScene } from './plan.ts';
import { mix } from './scene.ts';
import { cutScene, dbToGain, peak, tilted, whiteNoise } from './sound.ts';
import { type SpokenLine, speak } from './speech.ts';
import { type DemoLanguage, LANGUAGES, ORIGINAL_LANGUAGE } from './titles.ts';

/** Hard clipping cuts off here; just under full scale, so that a codec's ripple does not wrap. */
const CLIP_LEVEL = 0.99;
/** A clean track may not come closer to full scale. */
const LARGEST_PEAK = 0.89;

/** One language of a scene, ready to be encoded. */
export type Track = {
  language: DemoLanguage;
  text: string;
  /** Against the corpus's usual level, dB; a studio's own choice, not a fault. */
  gainDb: number;
  /** 4 s at 48 kHz. */
  samples: Float32Array;
};

/** All tracks of a scene. `sceneOf` finds the scene that an 'other-scene' fault takes its dub from. */
export async function renderTracks(
  scene: PlannedScene,
  rng: Rng,
  sceneOf: (title: string, shot: number) => PlannedScene,
): Promise<Track[]> {
  const bed = bedOf(scene, rng);
  const original = await cleanTrack(scene, ORIGINAL_LANGUAGE, bed, rng);
  const tracks = [original];
  for (const language of scene.title.languages) {
    if (language === ORIGINAL_LANGUAGE) continue;
    const fault = shotFaultOf(scene.title.id, scene.shot, language);
    if (fault?.kind === 'other-scene') {
      const source = sceneOf(fault.source.title, fault.source.shot);
      if (source.kind === scene.kind)
        throw new Error(`${fault.title} ${fault.shot}: the source is of the same kind.`);
      tracks.push(await cleanTrack(source, language, bedOf(source, rng), rng));
      continue;
    }
    const track = await cleanTrack(scene, language, bed, rng);
    tracks.push(fault ? withFault(track, fault, original, rng) : track);
  }
  return tracks;
}

function bedOf(scene: PlannedScene, rng: Rng): Float32Array {
  const performance = scene.kind.compose(scene.parameters, rng.stream('performance', scene.index));
  return renderBed(performance, scene.parameters, rng, scene.index);
}

async function cleanTrack(
  scene: PlannedScene,
  language: DemoLanguage,
  bed: Float32Array,
  rng: Rng,
): Promise<Track> {
  const line = await speak(scene, language, rng);
  const studio = rng.stream('studio', Math.floor(scene.index / 6), LANGUAGES.indexOf(language));
  const isOriginal = language === ORIGINAL_LANGUAGE;
  const gainDb = isOriginal ? 0 : Number(mix(-3, 3, studio.uniform()).toFixed(2));
  const tiltDb = isOriginal ? 0 : mix(-1.5, 1.5, studio.uniform());
  const mixed = overlaid(tilted(bed, tiltDb), line, dbToGain(gainDb));
  const samples = cutScene(mixed, offsetOf(scene.title.id, language) / 1000);
  if (peak(samples) > LARGEST_PEAK) {
    throw new Error(`${scene.title.id} ${scene.shot} ${language} peaks at ${peak(samples).toFixed(2)}.`);
  }
  return { language, text: line.text, gainDb, samples };
}

function overlaid(bed: Float32Array, line: SpokenLine, gain: number): Float32Array {
  return bed.map((sample, i) => (sample + line.samples[i]!) * gain);
}

function withFault(track: Track, fault: ShotFault, original: Track, rng: Rng): Track {
  if (fault.kind === 'original-again') return { ...original, language: track.language };
  if (fault.kind === 'silent') {
    const level = fault.noiseDb === null ? 0 : dbToGain(fault.noiseDb);
    const noise = whiteNoise(rng.stream('silence', fault.shot), track.samples.length);
    return { ...track, samples: noise.map((sample) => sample * level) };
  }
  if (fault.kind === 'too-quiet') {
    const gain = dbToGain(fault.gainDb);
    return { ...track, samples: track.samples.map((sample) => sample * gain) };
  }
  if (fault.kind !== 'clipped') throw new Error(`No track is made for a fault of kind ${fault.kind}.`);
  // Driven from a peak of 1, so that the drive alone says how much is cut off.
  const gain = dbToGain(fault.driveDb) / peak(track.samples);
  const clip = (sample: number): number => Math.min(CLIP_LEVEL, Math.max(-CLIP_LEVEL, sample * gain));
  return { ...track, samples: track.samples.map(clip) };
}
