/** Listens to who speaks in a title's tracks, once its shifts are known. */

import type { SoundReader } from '../align/sound-reader.ts';
import type { TimeMap } from '../align/time-map.ts';
import type { AudioSource } from '../domain/media.ts';
import type { TimeWindow } from '../domain/time.ts';
import { joinStretches, measureOriginalLeft, type StretchLeft } from '../speech/original-left.ts';
import { speechSoundsOf } from '../speech/speech-sounds.ts';
import {
  hearVoice,
  listeningPlan,
  speechSegments,
  VOICE_STEP_SEC,
  type VoiceStretch,
} from '../speech/voice-activity.ts';
import { loadVoiceDetector, type VoiceDetector } from '../speech/voice-detector.ts';
import type { CheckShot, CheckTitle } from './check-input.ts';
import {
  type HeardShot,
  type HeardSpeech,
  type HeardTitle,
  type HeardTrack,
  isSilent,
  peaksBetween,
  type SpeechComparison,
} from './heard.ts';
import type { Hear, HeardVoice } from './hearing.ts';
import { mapAhead } from './open-tracks.ts';
import { isSameSound } from './same-as-original.ts';

/** A shot's own fit counts before its title's where it is this clear, standard deviations. */
const CLEAR_HEIGHT = 12;
/** Speeds this close count as the same: in 12 s they are a millisecond apart. */
const SAME_SPEED = 1e-4;
/** Voice for sure, and no voice for sure, when two tracks are compared step by step. */
const VOICE = 0.5;
const NO_VOICE = 0.2;
/** A word of the dub may begin and end this much away from the original's, steps (0.2 s). */
const MARGIN_STEPS = 6;

/** A track that was listened to for voices. */
export type VoiceTrack = { sound: SoundReader; stretches: VoiceStretch[]; timeWindows: TimeWindow[] };

/** How a title's speech is listened to: `lanes` pieces of work at a time. */
export type HearSpeechOptions = { hear: Hear; lanes: number; signal?: AbortSignal | undefined };

/**
 * Fills in `speech` of every track of a title that has been heard (`hearTitle`). Tracks are opened again; at most 120 s
 * of each are listened to.
 * @throws what `hear` throws, ENGINE_UNAVAILABLE without the detector, and the signal's reason when it aborts.
 */
export async function hearTitleSpeech(
  title: CheckTitle,
  heard: HeardTitle,
  options: HearSpeechOptions,
): Promise<void> {
  const planned = new Map(title.shots.map((shot) => [shot.shotId, shot]));
  const shots = heard.shots.filter(({ shotId }) => planned.has(shotId));
  const done = mapAhead(shots, options.lanes, (shot) =>
    hearShot(heard, shot, planned.get(shot.shotId)!, options),
  );
  for await (const _ of done) options.signal?.throwIfAborted();
}

async function hearShot(
  title: HeardTitle,
  shot: HeardShot,
  planned: CheckShot,
  { hear, lanes, signal }: HearSpeechOptions,
): Promise<void> {
  const sources = new Map(planned.tracks.map(({ trackId, source }) => [trackId, source]));
  const sourceOf = (track: HeardTrack): AudioSource => sources.get(track.trackId)!;
  let original: { source: AudioSource; voice: HeardVoice } | null = null;
  if (shot.original !== null) {
    const source = sourceOf(shot.original);
    const { durationSec } = shot.original;
    const heard = await hear({ kind: 'speech', source, durationSec, timeWindows: null, original: null });
    original = { source, voice: heard.voice };
    shot.original.speech = heard.speech;
  }
  const dubs = mapAhead(shot.dubs, lanes, async (dub) => {
    signal?.throwIfAborted();
    const place = placeOf(title, shot, dub);
    const timeWindows = original?.voice.timeWindows.map((timeWindow) => inDub(timeWindow, place)) ?? null;
    const isComparable = original !== null && place !== null && !isSilent(dub);
    // A copy has all of the original's voice; at another speed spots of time and pitch drift apart.
    const withLeft = !isSameSound(dub.againstOriginal) && Math.abs((place?.speed ?? 1) - 1) < SAME_SPEED;
    const against = isComparable ? { ...original!, withLeft } : null;
    const { durationSec } = dub;
    return hear({ kind: 'speech', source: sourceOf(dub), durationSec, timeWindows, original: against });
  });
  for (const dub of shot.dubs) dub.speech = (await dubs.next()).value!.speech;
}

/** Listens to a track for voices, and compares it with the original of its shot where one is given. */
export async function hearSpeech(
  sound: SoundReader,
  timeWindows: TimeWindow[] | null,
  original: { sound: SoundReader; voice: HeardVoice; withLeft: boolean } | null,
  signal?: AbortSignal | undefined,
): Promise<{ voice: HeardVoice; speech: HeardSpeech }> {
  const track = await hearTrackVoice(sound, timeWindows, await loadVoiceDetector(), signal);
  const against =
    original === null
      ? null
      : await compareSpeech({ sound: original.sound, ...original.voice }, track, original.withLeft);
  const voice = { timeWindows: track.timeWindows, stretches: track.stretches };
  return { voice, speech: await speechOf(track, against) };
}

/** Where a dub lies against its original. */
type Place = Pick<TimeMap, 'speed' | 'parts'>;

/** As the shot itself clearly says, else as its title does. */
function placeOf(title: HeardTitle, shot: HeardShot, dub: HeardTrack): Place | null {
  if (dub.timeMap != null) return dub.timeMap;
  const best = peaksBetween(shot, 'original', dub.voice)[0];
  const isClear = best !== undefined && best.height >= CLEAR_HEIGHT;
  const offsetMs = isClear
    ? best.lagMs
    : (title.offsets.find(({ voice }) => voice === dub.voice)?.offsetMs ?? null);
  if (offsetMs === null) return null;
  return { speed: 1, parts: [{ startSec: 0, endSec: shot.durationSec, offsetMs, fit: 1, startWidthMs: 0 }] };
}

/** A window of the original in the dub's time: of the same length, and by the part that holds its middle. */
function inDub({ startSec, endSec }: TimeWindow, place: Place | null): TimeWindow {
  if (place === null) return { startSec, endSec };
  const middle = (startSec + endSec) / 2;
  const part = place.parts.findLast((each) => each.startSec <= middle) ?? place.parts[0]!;
  const at = startSec / place.speed + part.offsetMs / 1000;
  return { startSec: at, endSec: at + endSec - startSec };
}

/** Listens to a track for voices, in `timeWindows` or where the plan says. */
export async function hearTrackVoice(
  sound: SoundReader,
  timeWindows: TimeWindow[] | null,
  detector: VoiceDetector,
  signal?: AbortSignal | undefined,
): Promise<VoiceTrack> {
  const plan = timeWindows ?? listeningPlan(sound.durationSec);
  return { sound, timeWindows: plan, stretches: await hearVoice(sound, plan, detector, signal) };
}

/** What is kept of a track that was listened to for voices. */
export async function speechOf(
  track: VoiceTrack,
  againstOriginal: SpeechComparison | null,
): Promise<HeardSpeech> {
  const stretches: { samples: Float32Array; voice: Float32Array }[] = [];
  for (const [i, { startSec, endSec }] of track.timeWindows.entries()) {
    const voice = track.stretches[i]!.probabilities;
    if (voice.some((probability) => probability >= VOICE)) {
      stretches.push({ samples: await track.sound.read(startSec, endSec), voice });
    }
  }
  return {
    listenedSec: track.stretches.reduce(
      (sum, { probabilities }) => sum + probabilities.length * VOICE_STEP_SEC,
      0,
    ),
    speechSec: speechSecOf(track.stretches),
    surest: track.stretches.reduce((most, { probabilities }) => probabilities.reduce(larger, most), 0),
    sounds: speechSoundsOf(stretches),
    againstOriginal,
  };
}

/** Compares a dub's speech with its original's; both were heard in the same, aligned windows. */
export async function compareSpeech(
  original: VoiceTrack,
  dub: VoiceTrack,
  withLeft = true,
): Promise<SpeechComparison> {
  const lefts: StretchLeft[] = [];
  let onlyDubSteps = 0;
  for (const [i, { startSec, endSec }] of original.timeWindows.entries()) {
    const voice = original.stretches[i]!.probabilities;
    const dubVoice = dub.stretches[i]!.probabilities;
    const heardNear = widened(voice, MARGIN_STEPS);
    onlyDubSteps += dubVoice.filter((p, step) => p >= VOICE && (heardNear[step] ?? 0) < NO_VOICE).length;
    if (!withLeft || !voice.some((probability) => probability >= VOICE)) continue;
    const at = dub.timeWindows[i]!;
    const left = measureOriginalLeft(
      await original.sound.read(startSec, endSec),
      await dub.sound.read(at.startSec, at.endSec),
      voice,
      dubVoice,
    );
    if (left !== null) lefts.push(left);
  }
  return {
    originalSpeechSec: speechSecOf(original.stretches),
    onlyDubSec: onlyDubSteps * VOICE_STEP_SEC,
    left: joinStretches(lefts),
  };
}

function speechSecOf(stretches: readonly VoiceStretch[]): number {
  return stretches.flatMap(speechSegments).reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
}

function widened(voice: Float32Array, steps: number): Float32Array {
  return voice.map((_, i) => voice.subarray(Math.max(0, i - steps), i + steps + 1).reduce(larger, 0));
}

function larger(a: number, b: number): number {
  return a > b ? a : b;
}
