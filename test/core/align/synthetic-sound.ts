/** Beds and voices made of noise: enough like film sound to be told apart, and known to the sample. */
import { createRng, type RandomStream } from '../../../core/rng.ts';

export const RATE_HZ = 48_000;

/** Music and effects: bursts of filtered noise at random times over a low ambience. RMS about 0.05. */
export function makeBed(seed: number, durationSec: number): Float32Array {
  const random = createRng(seed).stream('bed');
  const samples = filteredNoise(random, durationSec, 0.02);
  for (let burst = 0; burst < durationSec * 4; burst += 1) {
    const start = random.integer(samples.length);
    const decay = RATE_HZ * (0.02 + 0.1 * random.uniform());
    const gain = 0.1 + 0.3 * random.uniform();
    for (let i = 0; i < 6 * decay && start + i < samples.length; i += 1) {
      samples[start + i]! += gain * Math.exp(-i / decay) * random.normal() * 0.4;
    }
  }
  return samples;
}

/** Somebody speaks: voiced syllables of changing pitch with pauses. RMS about 0.1. */
export function makeVoice(seed: number, durationSec: number): Float32Array {
  const random = createRng(seed).stream('voice');
  const samples = new Float32Array(Math.round(durationSec * RATE_HZ));
  let at = random.integer(RATE_HZ / 4);
  while (at < samples.length) {
    const length = Math.round(RATE_HZ * (0.08 + 0.17 * random.uniform()));
    addSyllable(samples, at, length, random);
    at += length + Math.round(RATE_HZ * (random.uniform() < 0.2 ? 0.3 : 0.04) * random.uniform());
  }
  return samples;
}

function addSyllable(samples: Float32Array, at: number, length: number, random: RandomStream): void {
  const pitchHz = 90 + 160 * random.uniform();
  const formantsHz = [
    300 + 600 * random.uniform(),
    900 + 1500 * random.uniform(),
    2500 + 800 * random.uniform(),
  ];
  const envelope = Float32Array.from({ length }, (_, i) => Math.sin((Math.PI * i) / length) ** 2);
  for (let harmonic = 1; harmonic * pitchHz < 5000; harmonic += 1) {
    const hz = harmonic * pitchHz;
    const gain = formantsHz.reduce((sum, formant) => sum + 0.12 / (1 + ((hz - formant) / 150) ** 2), 0.002);
    const step = (2 * Math.PI * hz) / RATE_HZ;
    const phase = 2 * Math.PI * random.uniform();
    const twice = 2 * Math.cos(step);
    // sin(phase + i step) by its recurrence.
    let before = Math.sin(phase - step);
    let now = Math.sin(phase);
    for (let i = 0; i < length && at + i < samples.length; i += 1) {
      samples[at + i]! += gain * envelope[i]! * now;
      const after = twice * now - before;
      before = now;
      now = after;
    }
  }
}

/** A language of a scene: `bed` that sounds `offsetMs` later, under a voice of its own. */
export function makeTrack(
  bed: Float32Array,
  a: { voiceSeed: number | null; offsetMs?: number; bedGain?: number; voiceGain?: number },
): Float32Array {
  const { offsetMs = 0, bedGain = 1, voiceGain = 1 } = a;
  const shift = Math.round((offsetMs * RATE_HZ) / 1000);
  const voice = a.voiceSeed === null ? null : makeVoice(a.voiceSeed, bed.length / RATE_HZ);
  return Float32Array.from(bed, (_, i) => {
    return bedGain * (bed[i - shift] ?? 0) + voiceGain * (voice?.[i] ?? 0);
  });
}

/** Noise with less of the high frequencies, of RMS `level`. */
export function filteredNoise(random: RandomStream, durationSec: number, level: number): Float32Array {
  const samples = new Float32Array(Math.round(durationSec * RATE_HZ));
  let last = 0;
  for (let i = 0; i < samples.length; i += 1) {
    last = 0.8 * last + 0.6 * random.normal();
    samples[i] = last * level;
  }
  return samples;
}

/** `gain` times the samples. */
export function scaled(samples: Float32Array, gain: number): Float32Array {
  return samples.map((sample) => sample * gain);
}
