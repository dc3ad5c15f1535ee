/** Parts of a batch on the engine. A row is one view of one clip. */
import { type Tensor2D, type Tensor3D, type Tensor5D, tf } from '../engine/tf.ts';
import type { ModelPreset } from '../model/presets.ts';
import type { TowerPass } from '../model/tower-pass.ts';
import type { TwoTowers } from '../model/two-towers.ts';
import { sliceFactors } from './drop-path.ts';
import type { ViewBatch } from './views.ts';

/** Both modalities. */
export const MODALITIES = ['video', 'audio'] as const;

/** One of the two modalities. */
export type Modality = (typeof MODALITIES)[number];

/** Pass of each tower over a whole batch. */
export type TowerPasses = Record<Modality, TowerPass>;

/** Embeddings of the rows `from` to `to` (exclusive) in one modality; the caller owns them // [rows, embedding] */
export function encodeRows(
  model: TwoTowers,
  modality: Modality,
  batch: ViewBatch,
  pass: TowerPass,
  { from, to }: { from: number; to: number },
): Tensor2D {
  const dropPath = pass.dropPath === undefined ? undefined : sliceFactors(pass.dropPath, from, to);
  return tf.tidy(() =>
    modality === 'video'
      ? model.encodeVideo(videoRows(batch, model.preset, from, to), { ...pass, dropPath })
      : model.encodeAudio(audioRows(batch, model.preset, from, to), { ...pass, dropPath }),
  );
}

/** Names of the weights of one modality: its tower and its head. */
export function namesOf(model: TwoTowers, modality: Modality): string[] {
  const prefixes = [`${modality}.`, `net.${modality}.`, `${modality}_head.`];
  return [...model.parameters.keys()].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
}

function videoRows(batch: ViewBatch, { video }: ModelPreset, from: number, to: number): Tensor5D {
  const { frames, cropPx } = video;
  const size = frames * cropPx ** 2 * 3;
  const values = Float32Array.from(batch.video.subarray(from * size, to * size));
  return tf.tensor5d(values, [to - from, frames, cropPx, cropPx, 3]);
}

function audioRows(batch: ViewBatch, { audio }: ModelPreset, from: number, to: number): Tensor3D {
  const size = audio.melBands * audio.melFrames;
  return tf.tensor3d(batch.audio.slice(from * size, to * size), [to - from, audio.melBands, audio.melFrames]);
}
