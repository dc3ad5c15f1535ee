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
import type { TowerPass } from './tower-pass.ts';
import { videoTower, videoTowerSpecs } from './video-tower.ts';

/** A model on the engine. What its functions return belongs to the caller. */
export type TwoTowers = {
  readonly preset: ModelPreset;
  /** The weights that are trained, in a fixed order. Whoever replaces a tensor disposes the old one. */
  readonly parameters: Map<string, Tensor>;
  /** Statistics that are stored with the weights and not trained (input norm); as `parameters`. */
  readonly buffers: Map<string, Tensor>;
  /** `[batch, frames, cropPx, cropPx, 3]`, 0..255 -> features `[batch, width]`. */
  videoFeatures(video: Tensor5D, pass?: TowerPass): Tensor2D;
  /** Log-mel, dB `[batch, melBands, melFrames]` -> features `[batch, width]`. */
  audioFeatures(logMel: Tensor3D, pass?: TowerPass): Tensor2D;
  /** As `videoFeatures`, then the head -> embedding of length one `[batch, embedding]`. */
  encodeVideo(video: Tensor5D, pass?: TowerPass): Tensor2D;
  /** As `audioFeatures`, then the head -> embedding of length one `[batch, embedding]`. */
  encodeAudio(logMel: Tensor3D, pass?: TowerPass): Tensor2D;
  /** Copies weights and statistics off the engine, in the order of `twoTowersSpecs`. */
  values(): Promise<ParameterValues>;
  dispose(): void;
};

/** The weight that a trained temperature is: a scalar, the logarithm of the inverse (core/training/temperature.ts). */
export const LOGIT_SCALE = 'logit_scale';

/** What a model may have besides its preset. */
export type TwoTowersOptions = {
  /** First value of the weight `logit_scale`; without it there is no such weight. */
  initialLogitScale?: number;
};

/** Every weight and statistic of a preset, in the order in which files list them. */
export function twoTowersSpecs(
  preset: ModelPreset,
  { initialLogitScale }: TwoTowersOptions = {},
): ParameterSpec[] {
  return [
    ...videoTowerSpecs(preset.video),
    ...audioTowerSpecs(preset.audio),
    ...projectionHeadSpecs('video_head', preset.video.tower.width, preset.head),
    ...projectionHeadSpecs('audio_head', preset.audio.tower.width, preset.head),
    ...(initialLogitScale === undefined
      ? []
      : [{ name: LOGIT_SCALE, shape: [], initial: { constant: initialLogitScale } }]),
  ];
}

/** The weights of a preset that an optimizer moves. */
export function trainableSpecs(preset: ModelPreset, options: TwoTowersOptions = {}): ParameterSpec[] {
  return twoTowersSpecs(preset, options).filter(({ buffer }) => buffer === undefined);
}

/** Numbers in all weights of a preset that are trained, without a trained temperature. */
export function parameterCount(preset: ModelPreset): number {
  return trainableSpecs(preset).reduce((sum, spec) => sum + sizeOf(spec), 0);
}

/**
 * Builds a model on the loaded engine, with weights drawn from `source` or with given values.
 * @throws AppError CKPT_ARCHITECTURE when given values are not those of `preset` and `options`.
 */
export function createTwoTowers(
  _engine: Engine,
  preset: ModelPreset,
  source: Rng | ParameterValues,
  options: TwoTowersOptions = {},
): TwoTowers {
  const specs = twoTowersSpecs(preset, options);
  if (source instanceof Map) requireSameArchitecture(specs, source, preset.name);
  const values = source instanceof Map ? source : initialise(specs, source);
  const parameters = toTensors(trainableSpecs(preset, options), values);
  const buffers = toTensors(
    specs.filter(({ buffer }) => buffer),
    values,
  );
  const weights = (name: string): Tensor => (parameters.get(name) ?? buffers.get(name))!;
  const videoFeatures: TwoTowers['videoFeatures'] = (video, pass) =>
    videoTower(video, weights, preset.video, pass);
  const audioFeatures: TwoTowers['audioFeatures'] = (logMel, pass) =>
    audioTower(logMel, weights, preset.audio, pass);
  return {
    preset,
    parameters,
    buffers,
    videoFeatures,
    audioFeatures,
    encodeVideo: (video, pass) =>
      tf.tidy(() => projectionHead('video_head', videoFeatures(video, pass), weights)),
    encodeAudio: (logMel, pass) =>
      tf.tidy(() => projectionHead('audio_head', audioFeatures(logMel, pass), weights)),
    values: () => toValues(new Map(specs.map(({ name }) => [name, weights(name)]))),
    dispose: () => {
      for (const tensors of [parameters, buffers]) {
        for (const tensor of tensors.values()) tensor.dispose();
        tensors.clear();
      }
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
