/** The model: a video tower and an audio tower, each with its projection head. */
import { AppError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import type { Rng } from '../rng.ts';
import { audioTower, audioTowerSpecs } from './audio-tower.ts';
import { initialise } from './initialise.ts';
import { type ParameterSpec, type ParameterValues, sizeOf, toTensors, toValues } from './parameters.ts';
import type { ModelPreset } from './presets.ts';
import { projectionHead, projectionHeadSpecs } from './projection-head.ts';
import { videoTower, videoTowerSpecs } from './video-tower.ts';

/** A model on the engine. What its functions return belongs to the caller. */
export type TwoTowers = {
  readonly preset: ModelPreset;
  /** The weights, in a fixed order. Whoever replaces a tensor disposes the old one. */
  readonly parameters: Map<string, Tensor>;
  /** `[batch, frames, cropPx, cropPx, 3]`, 0..255 -> features `[batch, width]`. */
  videoFeatures(video: Tensor5D): Tensor2D;
  /** Log-mel, dB `[batch, melBands, melFrames]` -> features `[batch, width]`. */
  audioFeatures(logMel: Tensor3D): Tensor2D;
  /** As `videoFeatures`, then the head -> embedding of length one `[batch, embedding]`. */
  encodeVideo(video: Tensor5D): Tensor2D;
  /** As `audioFeatures`, then the head -> embedding of length one `[batch, embedding]`. */
  encodeAudio(logMel: Tensor3D): Tensor2D;
  /** Copies the weights off the engine. */
  values(): ParameterValues;
  dispose(): void;
};

/** Every weight of a preset, in the order in which files and optimizers list them. */
export function twoTowersSpecs(preset: ModelPreset): ParameterSpec[] {
  return [
    ...videoTowerSpecs(preset.video),
    ...audioTowerSpecs(preset.audio),
    ...projectionHeadSpecs('video_head', preset.video.tower.width, preset.head),
    ...projectionHeadSpecs('audio_head', preset.audio.tower.width, preset.head),
  ];
}

/** Numbers in all weights of a preset. */
export function parameterCount(preset: ModelPreset): number {
  return twoTowersSpecs(preset).reduce((sum, spec) => sum + sizeOf(spec), 0);
}

/**
 * Builds a model on the loaded engine, with weights drawn from `source` or with given values.
 * @throws AppError CKPT_ARCHITECTURE when given values are not those of `preset`.
 */
export function createTwoTowers(
  _engine: Engine,
  preset: ModelPreset,
  source: Rng | ParameterValues,
): TwoTowers {
  const specs = twoTowersSpecs(preset);
  if (source instanceof Map) requireSameArchitecture(specs, source, preset.name);
  const parameters = toTensors(specs, source instanceof Map ? source : initialise(specs, source));
  const weights = (name: string): Tensor => parameters.get(name)!;
  const videoFeatures = (video: Tensor5D) => videoTower(video, weights, preset.video);
  const audioFeatures = (logMel: Tensor3D) => audioTower(logMel, weights, preset.audio);
  return {
    preset,
    parameters,
    videoFeatures,
    audioFeatures,
    encodeVideo: (video) => tf.tidy(() => projectionHead('video_head', videoFeatures(video), weights)),
    encodeAudio: (logMel) => tf.tidy(() => projectionHead('audio_head', audioFeatures(logMel), weights)),
    values: () => toValues(parameters),
    dispose: () => {
      for (const tensor of parameters.values()) tensor.dispose();
      parameters.clear();
    },
  };
}

const MOST_DIFFERENCES = 5;

function requireSameArchitecture(
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  presetName: string,
): void {
  const wanted = new Set(specs.map(({ name }) => name));
  const differences = specs.flatMap(({ name, shape }) => {
    const found = values.get(name);
    if (found === undefined) return [`${name} is missing`];
    if (found.shape.join() === shape.join()) return [];
    return [`${name} is [${found.shape.join(', ')}], not [${shape.join(', ')}]`];
  });
  for (const name of values.keys()) if (!wanted.has(name)) differences.push(`${name} is not part of it`);
  if (differences.length === 0) return;
  const shown = differences.slice(0, MOST_DIFFERENCES).join('; ');
  throw new AppError(
    'CKPT_ARCHITECTURE',
    `The weights are not those of the preset "${presetName}" (${differences.length} differences: ${shown}). Nothing was changed. Use the weights of a run with this preset.`,
    { details: { preset: presetName, differences } },
  );
}
