/** The sizes of every block against the tables that were measured on the official towers (paper-facts 3.3). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type MvitBlockPlan, mvitPlan, tokensOf } from '../../../core/model/mvit-plan.ts';
import { mvitSpecs } from '../../../core/model/mvit-specs.ts';
import { sizeOf } from '../../../core/model/parameters.ts';
import { type Extent3, type MvitPreset, modelPreset } from '../../../core/model/presets.ts';
import { hasReference, referencePath } from '../../fixtures/reference.ts';

const FACTS = 'paper-facts.md';
const STATE_DICTS = 'mvit-state-dict.txt';
const INPUT: Record<'video' | 'audio', Extent3> = { video: [16, 224, 224], audio: [1, 96, 288] };
type Modality = keyof typeof INPUT;

const VARIANTS: [Modality, boolean][] = [
  ['video', false],
  ['audio', false],
  ['video', true],
  ['audio', true],
];

function towerOf(
  modality: Modality,
  overlap: boolean,
  preset: 'mvitv2-s' | 'mvitv2-b' = 'mvitv2-s',
): MvitPreset {
  return modelPreset({ preset, patchOverlap: overlap })[modality].tower as MvitPreset;
}

/** Cells of the rows of a variant's table. */
function tableOf(modality: Modality, overlap: boolean): string[][] {
  const title = `#### ${modality}, SIZE=S, PATCH_OVERLAP=${overlap ? 'True' : 'False'};`;
  const [, section] = readFileSync(referencePath(FACTS), 'utf8').split(title);
  return section!
    .split('\n###')[0]!
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** A block as the tables write it, from its number to its skip connection's pooling. */
function rowOf(plan: MvitBlockPlan, { classToken }: MvitPreset): string[] {
  const { queryGrid, keyGrid, widthIn, widthOut } = plan;
  const first = classToken ? 1 : 0;
  const tokens = (grid: Extent3): number => tokensOf(grid) + first;
  const runtime = (axis: 1 | 2): number => 2 * Math.max(queryGrid[axis], keyGrid[axis]) - 1;
  const rows = plan.spatialRows;
  const isStretched = runtime(1) !== rows || runtime(2) !== rows;
  return [
    String(plan.index),
    `${widthIn}->${widthOut}`,
    `${plan.heads}x${widthOut / plan.heads}`,
    plan.grid.join('x'),
    String(tokens(plan.grid)),
    plan.queryStride.join('x'),
    plan.keyStride.join('x'),
    queryGrid.join('x'),
    keyGrid.join('x'),
    `${tokens(queryGrid)}x${tokens(keyGrid)}`,
    `${rows}/${rows} -> ${runtime(1)}/${runtime(2)}${isStretched ? ' INTERP' : ''}`,
    plan.temporalRows === 0 ? 'None' : String(plan.temporalRows),
    widthIn === widthOut ? '-' : `Linear ${widthIn}->${widthOut}`,
    plan.queryStride[1] === 1 ? '-' : '1x3x3 / 1x2x2 / 0x1x1',
  ];
}

describe.skipIf(!hasReference(FACTS))('the block tables of the paper-facts', () => {
  it.each(VARIANTS)('%s, overlap %s: every cell of every block', (modality, overlap) => {
    const tower = towerOf(modality, overlap);
    const table = tableOf(modality, overlap);
    const { blocks } = mvitPlan(INPUT[modality], tower);
    expect(table).toHaveLength(16);
    expect(blocks.map((block) => rowOf(block, tower))).toEqual(table.map((cells) => cells.slice(0, 14)));
  });

  it.each(VARIANTS)('%s, overlap %s: parameters of every block', (modality, overlap) => {
    const specs = mvitSpecs('t', INPUT[modality], modality === 'video' ? 3 : 1, towerOf(modality, overlap));
    for (const cells of tableOf(modality, overlap)) {
      const own = specs.filter(({ name }) => name.startsWith(`t.blocks.${cells[0]}.`));
      const count = own.reduce((sum, spec) => sum + sizeOf(spec), 0);
      expect(count.toLocaleString('en-US'), `block ${cells[0]}`).toBe(cells[15]);
    }
  });
});

describe.skipIf(!hasReference(STATE_DICTS))('the state dicts of the official towers', () => {
  it.each(VARIANTS)('%s, overlap %s: names and shapes in their order', (modality, overlap) => {
    const sections = readFileSync(referencePath(STATE_DICTS), 'utf8').split(/^### /m);
    const title = `${modality} SIZE=S PATCH_OVERLAP=${overlap ? 'True' : 'False'}`;
    const [, ...lines] = sections
      .find((section) => section.startsWith(title))!
      .trim()
      .split('\n');
    const known = lines.map((line) => {
      const [name, shape] = line.split('\t');
      return `${name} ${shape!.replaceAll(/[(),]/g, ' ').trim().split(/\s+/).filter(Boolean).join(' ')}`;
    });
    const specs = mvitSpecs(
      'net.x',
      INPUT[modality],
      modality === 'video' ? 3 : 1,
      towerOf(modality, overlap),
    );
    expect(known.length).toBeGreaterThan(300);
    expect(specs.map(({ name, shape }) => `${name.slice('net.x.'.length)} ${shape.join(' ')}`)).toEqual(
      known,
    );
  });
});

describe('mvitSpecs', () => {
  it.each([
    ['video', 'mvitv2-s', false, 34_202_496, 398],
    ['audio', 'mvitv2-s', false, 34_039_392, 381],
    ['video', 'mvitv2-s', true, 34_230_144, 398],
    ['audio', 'mvitv2-s', true, 34_075_296, 381],
    ['video', 'mvitv2-b', false, 50_826_912, 590],
    ['audio', 'mvitv2-b', false, 50_613_120, 565],
    ['video', 'mvitv2-b', true, 50_885_664, 590],
    ['audio', 'mvitv2-b', true, 50_668_992, 565],
  ] as const)(
    '%s %s, overlap %s: %i parameters in %i tensors',
    (modality, preset, overlap, parameters, keys) => {
      const channels = modality === 'video' ? 3 : 1;
      const specs = mvitSpecs('t', INPUT[modality], channels, towerOf(modality, overlap, preset));
      const trained = specs.filter(({ buffer }) => buffer === undefined);
      expect(trained.reduce((sum, spec) => sum + sizeOf(spec), 0)).toBe(parameters);
      expect(specs).toHaveLength(keys);
      const buffers = specs.filter(({ buffer }) => buffer);
      expect(buffers.reduce((sum, spec) => sum + sizeOf(spec), 0)).toBe(2 * channels + 1);
      expect(new Set(specs.map(({ name }) => name)).size).toBe(keys);
    },
  );
});
