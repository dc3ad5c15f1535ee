/** Where somebody speaks in a track, heard in parts, so that memory and time stay bounded however long it is. */
import { LISTENING_RATE_HZ, type SoundReader } from '../align/sound-reader.ts';
import type { TimeWindow } from '../domain/time.ts';
import { VOICE_STEP_SAMPLES, type VoiceDetector } from './voice-detector.ts';

/** Length of one value, s. */
export const VOICE_STEP_SEC = VOICE_STEP_SAMPLES / LISTENING_RATE_HZ;
/** Up to this length a track is heard whole, s; beyond, in stretches (our choice: about a second of processor time a track). */
export const WHOLE_UP_TO_SEC = 120;
const STRETCHES = 8;
const STRETCH_SEC = 12;
/** Sounds that are heard side by side: what is gained levels off here. */
const LANES = 8;
const LANE_STEPS = 256;
/** What a lane hears before its own part, so that it begins as if it had heard all before (0.96 s). */
const WARM_UP_STEPS = 30;
/** Quieter than this, a step cannot be told from silence and counts as no voice, RMS of full scale (-70 dBFS). */
const SILENT_RMS = 10 ** (-70 / 20);
/** Voice begins above the first and ends below the second; shorter bits and gaps do not count (Silero's defaults). */
const ONSET = 0.5;
const RELEASE = 0.35;
const SHORTEST_SEC = 0.25;
const SHORTEST_GAP_SEC = 0.1;

/** Voice activity of one stretch of a track. */
export type VoiceStretch = {
  /** When it begins, s from the track's start. */
  startSec: number;
  /** Probability of voice, 0..1, of every 32 ms from there. */
  probabilities: Float32Array;
};

/**
 * Which parts of a track are listened to: all of it up to 120 s, else 8 stretches of 12 s, evenly spread, the same for
 * all tracks of the same length.
 */
export function listeningPlan(durationSec: number): TimeWindow[] {
  if (durationSec <= WHOLE_UP_TO_SEC) return durationSec > 0 ? [{ startSec: 0, endSec: durationSec }] : [];
  const step = durationSec / STRETCHES;
  return Array.from({ length: STRETCHES }, (_, i) => {
    // Whole seconds, so that tracks that differ by a few samples are heard at the same places.
    const startSec = Math.floor(i * step + (step - STRETCH_SEC) / 2);
    return { startSec, endSec: startSec + STRETCH_SEC };
  });
}

/**
 * Voice activity of a track in the given stretches. Reads 67 s of sound at a time at most.
 * @throws what reading throws, and the signal's reason when it aborts.
 */
export async function hearVoice(
  sound: SoundReader,
  timeWindows: readonly TimeWindow[],
  detector: VoiceDetector,
  signal?: AbortSignal | undefined,
): Promise<VoiceStretch[]> {
  const stretches: VoiceStretch[] = [];
  for (const { startSec, endSec } of timeWindows) {
    const steps = Math.max(0, Math.ceil((endSec - startSec) / VOICE_STEP_SEC - 1e-9));
    const probabilities = new Float32Array(steps);
    for (let first = 0; first < steps; first += LANES * LANE_STEPS) {
      signal?.throwIfAborted();
      const count = Math.min(LANES * LANE_STEPS, steps - first);
      await hearPart(sound, startSec, { first, count }, detector, probabilities);
    }
    stretches.push({ startSec, probabilities });
  }
  return stretches;
}

async function hearPart(
  sound: SoundReader,
  startSec: number,
  { first, count }: { first: number; count: number },
  detector: VoiceDetector,
  probabilities: Float32Array,
): Promise<void> {
  const fromSec = startSec + first * VOICE_STEP_SEC;
  const laneSteps = Math.ceil(count / Math.ceil(count / LANE_STEPS));
  const warmUp = count > laneSteps || first > 0 ? WARM_UP_STEPS : 0;
  const samples = await sound.read(fromSec - warmUp * VOICE_STEP_SEC, fromSec + count * VOICE_STEP_SEC);
  // The first lane of a stretch begins afresh, as if it were alone, and runs on a little longer than it has to.
  const warmUpOf = (step: number): number => (first === 0 && step < laneSteps ? 0 : warmUp);
  const lanes: Float32Array[] = [];
  for (let step = 0; step < count; step += laneSteps) {
    const from = step + warmUp - warmUpOf(step);
    const lane = new Float32Array((warmUp + laneSteps) * VOICE_STEP_SAMPLES);
    lane.set(samples.subarray(from * VOICE_STEP_SAMPLES, (from + warmUp + laneSteps) * VOICE_STEP_SAMPLES));
    lanes.push(lane);
  }
  if (lanes.every((lane) => lane.every((sample) => sample === 0))) return;
  const heard = await detector.hear(lanes);
  for (let step = 0; step < count; step += 1) {
    const at = warmUp + step;
    const isSilent = rms(samples, at * VOICE_STEP_SAMPLES) < SILENT_RMS;
    const lane = heard[Math.floor(step / laneSteps)]!;
    probabilities[first + step] = isSilent ? 0 : lane[warmUpOf(step) + (step % laneSteps)]!;
  }
}

function rms(samples: Float32Array, start: number): number {
  let sum = 0;
  for (let i = start; i < start + VOICE_STEP_SAMPLES; i += 1) sum += (samples[i] ?? 0) ** 2;
  return Math.sqrt(sum / VOICE_STEP_SAMPLES);
}

/**
 * The stretches of speech, s from the track's start: voice begins where the probability reaches 0.5 and ends where it
 * falls below 0.35; gaps under 0.1 s are bridged, then bits under 0.25 s are dropped.
 */
export function speechSegments(stretch: VoiceStretch): TimeWindow[] {
  const bits: TimeWindow[] = [];
  let startSec: number | null = null;
  for (let step = 0; step <= stretch.probabilities.length; step += 1) {
    const probability = stretch.probabilities[step] ?? 0;
    const atSec = stretch.startSec + step * VOICE_STEP_SEC;
    if (startSec === null && probability >= ONSET) startSec = atSec;
    if (startSec !== null && probability < RELEASE) {
      bits.push({ startSec, endSec: atSec });
      startSec = null;
    }
  }
  const bridged: TimeWindow[] = [];
  for (const bit of bits) {
    const last = bridged.at(-1);
    if (last !== undefined && bit.startSec - last.endSec < SHORTEST_GAP_SEC) last.endSec = bit.endSec;
    else bridged.push({ ...bit });
  }
  return bridged.filter((bit) => bit.endSec - bit.startSec >= SHORTEST_SEC);
}
