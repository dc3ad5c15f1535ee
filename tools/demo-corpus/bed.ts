/** A scene's music-and-effects bed: what its kind plays, coloured by the same parameters that colour the picture. */
import type { Rng } from '../../core/rng.ts';
import { mix, mixRatio, type Performance, type SceneParameters } from './scene.ts';
import { cutScene, dbToGain, filtered, rms, Timeline } from './sound.ts';

/** Level that the bed is brought to, dBFS RMS over the scene, before it is mixed under the speech. */
export const BED_LEVEL_DB = -32.5;

/**
 * The bed from -1 to 5 s. Rules (see SceneParameters): `light` sets the ambient noise from -10 to 2 dB of the
 * effects, `hue` places a resonance, `place` tilts the spectrum.
 */
export function renderBed(
  performance: Performance,
  parameters: SceneParameters,
  rng: Rng,
  sceneIndex: number,
): Float32Array {
  const timeline = new Timeline();
  performance.play(timeline);
  const { samples } = timeline;
  scaleTo(samples, 1);
  const ambience = filtered(timeline.noise(rng.stream('ambience', sceneIndex)), 'lowpass', 1500, 0.5);
  filtered(ambience, 'highpass', 120);
  scaleTo(ambience, dbToGain(mix(-10, 2, parameters.light)));
  for (let i = 0; i < samples.length; i += 1) samples[i]! += ambience[i]!;
  filtered(samples, 'peak', mixRatio(350, 5000, parameters.hue), 1.4, 12);
  filtered(samples, 'highshelf', 1200, 0.5, mix(-9, 9, parameters.place));
  filtered(samples, 'highpass', 35);
  scaleTo(samples, dbToGain(BED_LEVEL_DB));
  return samples;
}

function scaleTo(samples: Float32Array, level: number): void {
  const gain = level / rms(cutScene(samples, 0));
  for (let i = 0; i < samples.length; i += 1) samples[i]! *= gain;
}
