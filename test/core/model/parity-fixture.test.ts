import { describe, expect, it } from 'vitest';
import { hasCode } from '../../../core/domain/errors.ts';
import { fixtureInput, fixtureWeights, parseParityFixture } from '../../../core/model/parity-fixture.ts';

/** An entry with made-up values, as large as it must be: depth and tokens are read off the stages. */
function entry(inputShape: number[], depth: number, tokens: number): Record<string, unknown> {
  const blocks = Array.from({ length: depth }, (_, i) => [`blocks.${i}`, [1, 5, 96], 0, 1, [0]]);
  return {
    input_shape: inputShape,
    out_shape: [1, 768],
    first8: [[1]],
    last4: [[1]],
    l2: [1],
    loss: 0,
    stages: [['patch_embed', [1, tokens, 96], 0, 1, [0]], ...blocks],
    grads: {},
  };
}

function refusal(text: string): string {
  try {
    parseParityFixture(text, 'some.json');
  } catch (error) {
    if (hasCode(error, 'FIXTURE_INVALID')) return (error as Error).message;
    throw error;
  }
  throw new Error('not refused');
}

describe('parseParityFixture', () => {
  it.each<['video' | 'audio', 's' | 'b', boolean, number[], number, number]>([
    ['video', 's', false, [1, 3, 16, 224, 224], 16, 8 * 28 * 28],
    ['video', 's', true, [2, 3, 16, 224, 224], 16, 8 * 56 * 56],
    ['video', 'b', true, [1, 3, 8, 112, 112], 24, 4 * 28 * 28],
    ['audio', 's', false, [2, 1, 96, 288], 16, 24 * 36],
    ['audio', 's', true, [1, 1, 96, 288], 16, 24 * 72],
    ['audio', 'b', true, [1, 1, 32, 96], 24, 8 * 24],
    ['audio', 'b', false, [1, 1, 33, 97], 24, 9 * 13],
  ] as const)(
    'reads off the shapes that it is %s, size %s, overlap %s',
    (modality, size, overlap, ...sizes) => {
      const [shape, depth, tokens] = sizes;
      const text = JSON.stringify({ note: 'words', one: entry(shape, depth, tokens) });
      const [found, ...others] = parseParityFixture(text, 'some.json');
      expect(others).toEqual([]);
      const input = shape.length === 5 ? shape.slice(2) : [1, ...shape.slice(2)];
      expect(found).toMatchObject({ name: 'one', modality, size, overlap, input });
      expect(found!.tower.depth).toBe(depth);
    },
  );

  it('reads several towers in their order', () => {
    const sound = entry([1, 1, 96, 288], 16, 864);
    const text = JSON.stringify({ b: sound, a: entry([1, 3, 16, 224, 224], 16, 6272) });
    expect(parseParityFixture(text, 'some.json').map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it.each([
    ['no JSON', '{', 'it is not JSON'],
    ['no object', '[1]', 'it is not a JSON object'],
    ['null', 'null', 'it is not a JSON object'],
    ['no tower', '{"note":"words"}', 'it holds no tower'],
    [
      'a field that lacks',
      JSON.stringify({ t: { ...entry([1, 1, 96, 288], 16, 864), l2: undefined } }),
      't.l2',
    ],
    [
      'a word for a number',
      JSON.stringify({ t: { ...entry([1, 1, 96, 288], 16, 864), loss: 'much' } }),
      't.loss: ',
    ],
    ['a shape of three lengths', JSON.stringify({ t: entry([1, 96, 288], 16, 864) }), 't.input_shape'],
    [
      'another depth',
      JSON.stringify({ t: entry([1, 1, 96, 288], 12, 864) }),
      't has 12 blocks, neither 16 (S)',
    ],
    [
      'tokens that fit no option',
      JSON.stringify({ t: entry([1, 1, 96, 288], 16, 865) }),
      'no patch option gives 865 tokens from the input [1, 1, 96, 288]',
    ],
  ])('refuses %s', (_, text, words) => {
    const message = refusal(text);
    expect(message).toContain('some.json is no fixture of reference values: ');
    expect(message).toContain(words);
    expect(message).toContain('Nothing was computed.');
  });
});

describe('the formula', () => {
  /** `((i + p * 0x9E3779B9) mod 2^32)` mixed, in whole numbers of any size. */
  function naiveHash(element: number, position: number): number {
    const mask = (1n << 32n) - 1n;
    let x = (BigInt(element) + BigInt(position) * 0x9e3779b9n) & mask;
    x ^= x >> 16n;
    x = (x * 0x85ebca6bn) & mask;
    x ^= x >> 13n;
    x = (x * 0xc2b2ae35n) & mask;
    x ^= x >> 16n;
    return Number(x) / 2 ** 32;
  }

  it('makes the input from the hash of every element', () => {
    const picture = fixtureInput([1, 1, 3, 5], 'video');
    const sound = fixtureInput([1, 1, 3, 5], 'audio');
    for (let i = 0; i < 15; i += 1) {
      const x = naiveHash(i, 9999);
      expect(picture[i]).toBe(Math.fround(x));
      expect(sound[i]).toBe(Math.fround(-30 + 34 * (2 * x - 1)));
    }
  });

  it('makes each weight by its kind, its position counting statistics too', () => {
    const spec = (name: string, shape: number[], buffer?: true) => ({
      name: `net.${name}`,
      shape,
      initial: { constant: 0 },
      ...(buffer ? { buffer } : {}),
    });
    const specs = [
      spec('cls_token', [1, 1, 2]),
      spec('patch_embed.norm.running_mean', [3], true),
      spec('patch_embed.norm.running_var', [3], true),
      spec('patch_embed.norm.num_batches_tracked', [], true),
      spec('blocks.0.norm1.weight', [2]),
      spec('blocks.0.norm1.bias', [2]),
      spec('blocks.0.attn.rel_pos_h', [2, 2]),
      spec('blocks.0.attn.qkv.weight', [6, 2]),
      spec('blocks.0.attn.pool_q.weight', [2, 1, 1, 3, 3]),
    ];
    const u = (i: number, position: number): number => 2 * naiveHash(i, position) - 1;
    const formula: ((i: number, p: number) => number)[] = [
      (i, p) => 0.3 * u(i, p),
      () => 0.45,
      () => 0.05,
      () => 0,
      (i, p) => 1 + 0.1 * u(i, p),
      (i, p) => 0.1 * u(i, p),
      (i, p) => 0.3 * u(i, p),
      (i, p) => u(i, p) * Math.sqrt(3 / 2),
      (i, p) => u(i, p) * Math.sqrt(3 / 9),
    ];
    const values = fixtureWeights(specs, 'net', 'video');
    for (const [position, { name }] of specs.entries()) {
      const { data } = values.get(name)!;
      expect(data.length, name).toBeGreaterThan(0);
      for (const [i, value] of data.entries())
        expect(value).toBe(Math.fround(formula[position]!(i, position)));
    }
    const sound = fixtureWeights(specs, 'net', 'audio');
    expect(sound.get('net.patch_embed.norm.running_mean')!.data[0]).toBe(-30);
    expect(sound.get('net.patch_embed.norm.running_var')!.data[0]).toBe(400);
  });
});
