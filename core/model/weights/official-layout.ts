/** Names and shapes of the official towers: a pure function of size, patch option and tower (paper-facts 3.1-3.5). */
import type { PresetName } from '../../domain/run.ts';
import { mvitSpecs } from '../mvit-specs.ts';
import type { ParameterSpec } from '../parameters.ts';
import { modelPreset } from '../presets.ts';

/** A tower of the model. */
export type TowerName = 'video' | 'audio';
/** Published sizes: 16 blocks, 24 blocks. */
export type OfficialSize = 'S' | 'B';
/** What distinguishes one official model from another. */
export type OfficialVariant = {
  size: OfficialSize;
  /** The paper's PATCH_OVERLAP. */
  overlap: boolean;
  /** In the order video, audio; one or both. */
  towers: readonly TowerName[];
};

/** Both towers, in the order of the state dict. */
export const TOWER_NAMES: readonly TowerName[] = ['video', 'audio'];
/** Blocks of a tower of each size (paper-facts 0). */
export const BLOCKS: Record<OfficialSize, number> = { S: 16, B: 24 };
/** The preset of each size. */
export const PRESET_OF: Record<OfficialSize, PresetName> = { S: 'mvitv2-s', B: 'mvitv2-b' };

/** The prefix of a tower's names inside the model. */
export function towerPrefix(tower: TowerName): string {
  return `net.${tower}.`;
}

/** Weights and statistics of a tower, in the order of its state dict, with names that begin `net.<tower>.`. */
export function officialSpecs(tower: TowerName, size: OfficialSize, overlap: boolean): ParameterSpec[] {
  const { video, audio } = modelPreset({ preset: PRESET_OF[size], patchOverlap: overlap });
  const preset = (tower === 'video' ? video : audio).tower;
  // The large presets are of this kind; the compiler cannot know.
  if (preset.kind !== 'mvit') return [];
  return tower === 'video'
    ? mvitSpecs('net.video', [video.frames, video.cropPx, video.cropPx], 3, preset)
    : mvitSpecs('net.audio', [1, audio.melBands, audio.melFrames], 1, preset);
}

/** The specs of every tower of a variant. */
export function variantSpecs({ size, overlap, towers }: OfficialVariant): ParameterSpec[] {
  return towers.flatMap((tower) => officialSpecs(tower, size, overlap));
}

/** Whether a name is PyTorch's count of batches, which it stores as int64. */
export function isBatchCount(name: string): boolean {
  return name.endsWith('.num_batches_tracked');
}

/** A variant in words, e.g. `MViTv2-S, patches without overlap, video and audio`. */
export function variantText({ size, overlap, towers }: OfficialVariant): string {
  return `MViTv2-${size}, patches ${overlap ? 'with' : 'without'} overlap, ${towers.join(' and ')}`;
}
