/** Names, shapes, types and order of the official towers against PyTorch's own listing (paper-facts 3.2, 3.5). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isBatchCount,
  type OfficialSize,
  officialSpecs,
  type TowerName,
} from '../../../../core/model/weights/official-layout.ts';
import { hasListing, STATE_DICT_LISTING } from './fixtures.ts';

/** `name<tab>(shape)<tab>dtype` of a tower, as PyTorch prints it. */
function listing(tower: TowerName, size: OfficialSize, overlap: boolean): string[] {
  return officialSpecs(tower, size, overlap).map(({ name, shape }) => {
    const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
    const type = isBatchCount(name) ? 'torch.int64' : 'torch.float32';
    return `${name.slice(`net.${tower}.`.length)}\t${tuple}\t${type}`;
  });
}

/** SHA-256 of PyTorch's listing of each variant, so that a bare checkout tests it too. */
const LISTINGS: [TowerName, boolean, string][] = [
  ['video', false, '5ae355a191c382d3ee7ae9038af428cd3ccc3353260978033b72276a4600379d'],
  ['audio', false, '71523e82be1d3e60393985db7cb9eaed62ee59eb987c5f50745800064ecd6b80'],
  ['video', true, 'c7b70458a3e9dadf3fd5c724e28ac53e517c96d7af3b29e25ef68e682e4f8837'],
  ['audio', true, '39c0f8638e8cb9b3be577297df0c1e07592548c03e579c43eb639e754fa74628'],
];

describe('officialSpecs', () => {
  it.each(LISTINGS)('S, %s, overlap %s: every name and shape in order', (tower, overlap, hash) => {
    const text = listing(tower, 'S', overlap).join('\n');
    expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
  });

  it.skipIf(!hasListing)('is the listing of ../shared line by line', () => {
    const sections = readFileSync(STATE_DICT_LISTING, 'utf8').trim().split(/^### /m).slice(1);
    expect(sections).toHaveLength(4);
    for (const section of sections) {
      const [head, ...lines] = section.trim().split('\n');
      const [, tower, overlap] = /^(\w+) SIZE=S PATCH_OVERLAP=(\w+)/.exec(head!)!;
      expect(listing(tower as TowerName, 'S', overlap === 'True')).toEqual(lines);
    }
  });

  it.each<[TowerName, OfficialSize, boolean, number, number]>([
    ['video', 'S', false, 398, 34_202_496],
    ['audio', 'S', false, 381, 34_039_392],
    ['video', 'S', true, 398, 34_230_144],
    ['audio', 'S', true, 381, 34_075_296],
    ['video', 'B', false, 590, 50_826_912],
    ['audio', 'B', false, 565, 50_613_120],
    ['video', 'B', true, 590, 50_885_664],
    ['audio', 'B', true, 565, 50_668_992],
  ])('%s %s, overlap %s: %i keys, %i parameters', (tower, size, overlap, keys, parameters) => {
    const specs = officialSpecs(tower, size, overlap);
    const trained = specs.filter(({ buffer }) => buffer === undefined);
    expect(specs).toHaveLength(keys);
    const count = trained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(parameters);
  });
});
