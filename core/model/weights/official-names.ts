/** From the names in a file to the names of the model, by the rules of the official code (paper-facts 3.5). */

import { TOWER_NAMES, type TowerName, towerPrefix } from './official-layout.ts';
import type { TensorEntry } from './weights-file.ts';

/** What the prefixes of a state dict meant. */
export type OfficialNames = {
  /** Tensors of the towers by their name in the model, e.g. `net.video.cls_token`. */
  found: Map<string, TensorEntry>;
  /** What stood before the model's names, e.g. `module.backbone.`; the empty text where nothing did. */
  prefix: string;
  /** Names that are not of a tower (heads), as in the file. */
  discarded: string[];
  /** Names of the model that two tensors have, e.g. one with `module.` and one without. */
  doubled: string[];
};

const BACKBONE = 'backbone.';
const PARALLEL = 'module.';
/** Dubscope's own projection heads, which no official code knows. */
const HEADS = /^(video|audio)_head\./;

/**
 * Takes prefixes off. As the official code does: where any name begins `backbone.`, all others are discarded.
 * Beyond it: `module.` of a parallel run, files without any prefix, and a single tower's own state dict.
 */
export function officialNames(entries: readonly TensorEntry[]): OfficialNames {
  const bare = entries.map((entry) => ({ entry, name: withoutPrefix(entry.name, PARALLEL) }));
  const hasBackbone = bare.some(({ name }) => name.startsWith(BACKBONE));
  const single = hasBackbone ? null : singleTower(bare.map(({ entry, name }) => ({ ...entry, name })));
  const names: OfficialNames = { found: new Map(), prefix: '', discarded: [], doubled: [] };
  for (const { entry, name } of bare) {
    const isDiscarded = hasBackbone ? !name.startsWith(BACKBONE) : HEADS.test(name);
    if (isDiscarded) {
      names.discarded.push(entry.name);
      continue;
    }
    const inModel = `${single === null ? '' : towerPrefix(single)}${name.replaceAll(BACKBONE, '')}`;
    if (names.found.has(inModel)) names.doubled.push(inModel);
    names.found.set(inModel, entry);
    if (names.prefix === '') names.prefix = prefixOf(entry.name, hasBackbone);
  }
  return names;
}

/** The tower whose bare state dict this is: its patch convolution has five or four dimensions. */
function singleTower(entries: readonly TensorEntry[]): TowerName | null {
  if (entries.some(({ name }) => TOWER_NAMES.some((tower) => name.startsWith(towerPrefix(tower)))))
    return null;
  const patch = entries.find(({ name }) => name === 'patch_embed.proj.weight');
  if (patch === undefined) return null;
  return patch.shape.length === 5 ? 'video' : 'audio';
}

function prefixOf(name: string, hasBackbone: boolean): string {
  return `${name.startsWith(PARALLEL) ? PARALLEL : ''}${hasBackbone ? BACKBONE : ''}`;
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
