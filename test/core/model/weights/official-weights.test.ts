import { beforeAll, describe, expect, it } from 'vitest';
import type { PresetName } from '../../../../core/domain/run.ts';
import { type ParameterValues, type StoredTensor, sizeOf } from '../../../../core/model/parameters.ts';
import { modelPreset } from '../../../../core/model/presets.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../../core/model/safetensors.ts';
import { twoTowersSpecs } from '../../../../core/model/two-towers.ts';
import { type OfficialVariant, variantSpecs } from '../../../../core/model/weights/official-layout.ts';
import {
  encodeOfficial,
  fromOfficial,
  recognise,
  toOfficial,
} from '../../../../core/model/weights/official-weights.ts';
import { encodeTorchFile } from '../../../../core/model/weights/torch-writer.ts';
import { fixture, openBytesOf, readAll, refusalOf } from './fixtures.ts';

const entriesOf = (variant: OfficialVariant): { name: string; shape: number[]; dtype: string }[] =>
  variantSpecs(variant).map(({ name, shape }) => ({ name, shape, dtype: 'F32' }));
const both: OfficialVariant = { size: 'S', overlap: false, towers: ['video', 'audio'] };

/** Weights that are all different, made faster than by the model's own first values. */
function valuesOf(preset: PresetName): ParameterValues {
  let next = 1;
  return new Map(
    twoTowersSpecs(modelPreset({ preset })).map((spec) => {
      const data = new Float32Array(sizeOf(spec));
      for (let i = 0; i < data.length; i += 1) data[i] = next++;
      return [spec.name, { shape: spec.shape, data }];
    }),
  );
}

describe('recognise', () => {
  it.each<OfficialVariant>([
    both,
    { size: 'S', overlap: true, towers: ['video', 'audio'] },
    { size: 'B', overlap: false, towers: ['audio'] },
    { size: 'B', overlap: true, towers: ['video', 'audio'] },
    { size: 'S', overlap: true, towers: ['video'] },
  ])('tells %o from names and shapes', (variant) => {
    expect(recognise(entriesOf(variant))).toMatchObject({ variant, differences: [] });
  });

  it.each([
    ['backbone.', ''],
    ['module.', ''],
    ['module.backbone.', 'mlp.0.weight'],
    ['backbone.', 'module.head.weight'],
  ])('takes off %s and leaves out heads', (prefix, head) => {
    const entries = entriesOf(both).map((entry) => ({ ...entry, name: `${prefix}${entry.name}` }));
    if (head !== '') entries.push({ name: head, shape: [2], dtype: 'F32' });
    const found = recognise(entries);
    expect(found).toMatchObject({ variant: both, differences: [] });
    expect(found.names.prefix).toBe(prefix);
    expect(found.names.discarded).toEqual(head === '' ? [] : [head]);
  });

  it.each(['video', 'audio'] as const)("knows the %s tower's own state dict", (tower) => {
    const variant: OfficialVariant = { size: 'S', overlap: true, towers: [tower] };
    const entries = entriesOf(variant).map((entry) => ({
      ...entry,
      name: entry.name.slice('net.video.'.length),
    }));
    expect(recognise(entries)).toMatchObject({ variant, differences: [] });
  });

  it('names what is missing, unexpected, doubled, and of another shape', () => {
    const entries = entriesOf(both).filter(({ name }) => name !== 'net.audio.norm.bias');
    entries.find(({ name }) => name === 'net.video.blocks.3.attn.rel_pos_t')!.shape = [31, 96];
    entries.push({ name: 'net.video.extra', shape: [1], dtype: 'F32' });
    entries.push({ name: 'module.net.video.cls_token', shape: [1, 1, 96], dtype: 'F32' });
    expect(recognise(entries).differences).toEqual([
      'net.video.blocks.3.attn.rel_pos_t is [31, 96], not [15, 96]',
      'net.audio.norm.bias is missing',
      'net.video.extra is not part of it',
      'net.video.cls_token is there twice',
    ]);
  });

  it('says why it cannot tell', () => {
    const noTowers = recognise([{ name: 'conv1.weight', shape: [64, 3, 7, 7], dtype: 'F32' }]);
    expect(noTowers).toMatchObject({ variant: null, differences: ['no names of a video or an audio tower'] });
    const small = twoTowersSpecs(modelPreset({ preset: 'small' })).map(({ name, shape }) => ({
      name,
      shape,
      dtype: 'F32',
    }));
    expect(recognise(small).differences.join()).toMatch(/video tower has 10 blocks, S has 16 and B 24/);
    const mixed = [
      ...entriesOf({ ...both, towers: ['video'] }),
      ...entriesOf({ ...both, size: 'B', towers: ['audio'] }),
    ];
    expect(recognise(mixed).differences.join()).toMatch(/different kinds: MViTv2-S.*video; MViTv2-B.*audio/);
    const odd = entriesOf(both);
    odd.find(({ name }) => name === 'net.video.patch_embed.proj.weight')!.shape = [96, 3, 3, 8, 8];
    expect(recognise(odd).differences.join()).toMatch(/\[96, 3, 3, 8, 8\], which is no patch option/);
  });
});

describe('a model of Dubscope', () => {
  let values: ParameterValues;
  beforeAll(() => {
    values = valuesOf('mvitv2-s');
    values.set('net.video.patch_embed.norm.num_batches_tracked', { shape: [], data: Float32Array.of(4321) });
  });

  it('goes out as the official names, shapes and order, without its heads', () => {
    const official = toOfficial(values, 'run');
    expect([...official.tensors.keys()]).toEqual(variantSpecs(both).map(({ name }) => name));
    expect(official).toMatchObject(both);
    expect(official.discarded).toHaveLength(8);
  });

  it.each(['torch', 'safetensors'] as const)(
    'comes back from %s as it went, by the same bytes',
    async (format) => {
      const official = toOfficial(values, 'run');
      const bytes = encodeOfficial(official, format);
      const file = await openBytesOf(bytes);
      const count = file.entries.filter(({ dtype }) => dtype === 'I64');
      expect(count.map(({ name }) => name.replace('backbone.', ''))).toEqual([
        'net.video.patch_embed.norm.num_batches_tracked',
        'net.audio.patch_embed.norm.num_batches_tracked',
      ]);
      expect(file.entries.every(({ name }) => name.startsWith('backbone.') === (format === 'torch'))).toBe(
        true,
      );
      const back = await fromOfficial(file);
      expect(back).toMatchObject({ ...both, discarded: [] });
      expect([...back.tensors.keys()]).toEqual([...official.tensors.keys()]);
      for (const [name, { shape, data }] of back.tensors) {
        expect(shape).toEqual(official.tensors.get(name)!.shape);
        expect(Buffer.from(data.buffer).equals(Buffer.from(official.tensors.get(name)!.data.buffer))).toBe(
          true,
        );
      }
      expect(Buffer.from(encodeOfficial(back, format)).equals(Buffer.from(bytes))).toBe(true);
    },
  );

  it('is refused where it is not official, naming what differs', async () => {
    const other = valuesOf('tiny');
    const work = async (): Promise<unknown> => toOfficial(other, 'the run');
    expect(await refusalOf(work(), 'CKPT_ARCHITECTURE')).toMatch(/the run are not an official model/);
    const file = await openBytesOf(fixture('official-part.pt'), 'part.pt');
    expect(await refusalOf(fromOfficial(file), 'CKPT_ARCHITECTURE')).toMatch(/audio tower has 0 blocks/);
  });
});

const SMALL = new Map<string, StoredTensor>([
  ['count', { shape: [], data: Float32Array.of(7) }],
  ['b', { shape: [3], data: Float32Array.of(1, 2, 3) }],
  ['n.m', { shape: [2, 0], data: new Float32Array(0) }],
  ['other', { shape: [2, 2], data: Float32Array.of(4, 5, 6, 7) }],
]);

describe('writers', () => {
  it('a PyTorch file is read back, every number at a multiple of 64 bytes', async () => {
    const bytes = encodeTorchFile('model', SMALL, new Set(['count']));
    expect([...(await readAll(bytes))]).toEqual([...SMALL]);
    const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.of(4, 5, 6, 7).buffer));
    expect(at % 64).toBe(0);
    expect(encodeTorchFile('model', SMALL, new Set(['count']))).toEqual(bytes);
  });

  it('safetensors puts whole numbers first, so that every type is aligned', async () => {
    const order = new Map([...SMALL].reverse());
    const bytes = encodeSafetensors(order, { format: 'pt' }, new Set(['count']));
    const { tensors } = decodeSafetensors(bytes, 'x');
    expect([...tensors.keys()][0]).toBe('count');
    expect(tensors.get('count')).toEqual(SMALL.get('count'));
    expect(Object.fromEntries(await readAll(bytes))).toEqual(Object.fromEntries(SMALL));
  });
});
