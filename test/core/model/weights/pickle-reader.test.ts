import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, hasCode } from '../../../../core/domain/errors.ts';
import { readPickle } from '../../../../core/model/weights/pickle-reader.ts';
import type { PickleValue } from '../../../../core/model/weights/pickle-values.ts';

/** A pickle from texts (their bytes) and numbers (one byte each). */
function pickle(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat([
    Buffer.of(0x80, 2),
    ...parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))),
  ]);
}

const read = (...parts: (string | number)[]): PickleValue => readPickle(pickle(...parts), 'some.pt');

/** A text as BINUNICODE. */
const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

describe('readPickle', () => {
  it.each<[string, (string | number)[], PickleValue]>([
    ['None', ['N.'], null],
    ['True', [0x88, '.'], true],
    ['a byte', ['K', 200, '.'], 200],
    ['two bytes', ['M', 1, 2, '.'], 513],
    ['four bytes with a sign', ['J', 0xfe, 0xff, 0xff, 0xff, '.'], -2],
    ['a long of no bytes', [0x8a, 0, '.'], 0],
    ['a long', [0x8a, 2, 0, 0x80, '.'], -32768],
    ['a long beyond doubles', [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, '.'], 2n ** 64n],
    ['a double', ['G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, '.'], 1.5],
    ['a text', [`${text('h\u00c3\u00a9')}.`], 'h\u00e9'],
    ['a recalled text', [`${text('a')}q`, 7, 'h', 7, 0x86, '.'], { kind: 'tuple', items: ['a', 'a'] }],
    ['a tuple from a mark', ['(K', 1, 'K', 2, 't.'], { kind: 'tuple', items: [1, 2] }],
    ['a list', ['](K', 1, 'NeK', 3, 'a.'], { kind: 'list', items: [1, null, 3] }],
    [
      'a dict',
      [`}(${text('a')}K`, 1, `${text('__proto__')}Nus`.slice(0, -1), '.'],
      {
        kind: 'dict',
        isOrdered: false,
        entries: new Map<string, PickleValue>([
          ['a', 1],
          ['__proto__', null],
        ]),
      },
    ],
    [
      'an OrderedDict',
      ['ccollections\nOrderedDict\n)R.'],
      { kind: 'dict', isOrdered: true, entries: new Map() },
    ],
    ['a device', [`ctorch\ndevice\n${text('cuda')}K`, 1, 0x86, 'R.'], 'cuda:1'],
  ])('reads %s', (_, parts, expected) => {
    expect(read(...parts)).toEqual(expected);
  });

  it.each<[string, (string | number)[], string, RegExp]>([
    [
      'a name that is not on the list',
      ['cposix\nsystem\n.'],
      'CKPT_UNSAFE',
      /program code \(posix\.system\)/,
    ],
    ['such a name before a later error', ['cos\nremove\n', 0xff], 'CKPT_UNSAFE', /os\.remove/],
    ['a name of the prototype', ['cconstructor\nconstructor\n.'], 'CKPT_UNSAFE', /constructor\.constructor/],
    ['a bare __proto__', ['c__proto__\n\n.'], 'CKPT_UNSAFE', /__proto__/],
    [
      'a long name with control characters',
      [`c\x1b[2J${'x'.repeat(300)}\ny\n.`],
      'CKPT_UNSAFE',
      /\(\?\[2Jx{76}\.\.\.\)/,
    ],
    ['a call of a call', ['ccollections\nOrderedDict\n)R)R.'], 'CKPT_UNSAFE', /a call of dict/],
    ['a storage type that is made up', ['ctorch\nQInt8Storage\n.'], 'CKPT_UNSAFE', /QInt8Storage/],
    ['a set', [0x8f, '.'], 'CKPT_FORMAT', /EMPTY_SET/],
    ['protocol 0', ['I1\n.'], 'CKPT_FORMAT', /INT/],
    ['LONG4 of 2 GB', [0x8b, 0xff, 0xff, 0xff, 0x7f, '.'], 'CKPT_FORMAT', /LONG4/],
    ['a text of 4 GB', ['X', 0xff, 0xff, 0xff, 0xff, 'a.'], 'CKPT_DAMAGED', /ends too early/],
    ['a text of 2^64 bytes', [0x8d, ...Array(8).fill(0xff), 'a.'], 'CKPT_DAMAGED', /ends too early/],
    ['a text that is not UTF-8', ['X', 1, 0, 0, 0, 0xff, '.'], 'CKPT_DAMAGED', /UTF-8/],
    ['no end', ['N'], 'CKPT_DAMAGED', /ends too early/],
    ['a name without end', ['cposix'], 'CKPT_DAMAGED', /middle of a name/],
    ['nothing on the stack', ['.'], 'CKPT_DAMAGED', /not there/],
    ['two results', ['NN.'], 'CKPT_DAMAGED', /more than one end/],
    ['bytes after the end', ['N.N'], 'CKPT_DAMAGED', /more than one end/],
    ['an open mark', ['N(.'], 'CKPT_DAMAGED', /not there/],
    ['taking from below a mark', ['N(', 0x85, 't.'], 'CKPT_DAMAGED', /not there/],
    ['no mark', ['Nt.'], 'CKPT_DAMAGED', /not there/],
    ['an unknown recall', ['h', 5, '.'], 'CKPT_DAMAGED', /never stored/],
    ['appending to None', ['NNa.'], 'CKPT_DAMAGED', /no list/],
    ['setting on a list', [']NNs.'], 'CKPT_DAMAGED', /no dict/],
    ['half an entry', ['}(Nu.'], 'CKPT_DAMAGED', /no dict/],
    ['a list as a name', ['}]Ns.'], 'CKPT_DAMAGED', /a list as the name/],
    ['an unknown operation', [0xfe, '.'], 'CKPT_DAMAGED', /0xfe/],
  ])('refuses %s', (_, parts, code, reason) => {
    try {
      read(...parts);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code });
      expect(String(error)).toMatch(reason);
      expect(String(error)).toContain('some.pt');
    }
  });

  it.each([0, 1, 6])('refuses protocol %i', (protocol) => {
    expect(() => readPickle(Uint8Array.of(0x80, protocol, 0x4e, 0x2e), 'x')).toThrow(/protocol 2 to 5/);
    expect(() => readPickle(Uint8Array.of(0x80), 'x')).toThrow(/protocol 2 to 5/);
    expect(() => readPickle(new Uint8Array(0), 'x')).toThrow(/protocol 2 to 5/);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['200,000 marks', () => pickle('('.repeat(200_000)), /nested over 1000 deep/],
    ['200,000 values', () => pickle('N'.repeat(200_000)), /stacks over 100000/],
    [
      'a tuple 3,000,000 deep',
      () => pickle('N', ...[Buffer.alloc(3_000_000, 0x85).toString('latin1')], '.'),
      /over 1000000/,
    ],
    ['17 MiB', () => new Uint8Array(17 * 2 ** 20), /table of contents/],
  ])('stops at %s', (_, make, reason) => {
    const bytes = make();
    const before = process.memoryUsage().rss;
    try {
      readPickle(bytes, 'x');
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, 'CKPT_TOO_LARGE')).toBe(true);
      expect(String(error)).toMatch(reason);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20);
  });

  it('a list that holds itself is only data', () => {
    const list = read(']q', 0, 'h', 0, 'a.');
    expect(list).toMatchObject({ kind: 'list' });
  });

  it('gives a value or an error of ours for any bytes (property)', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, (tail) => {
        try {
          readPickle(Buffer.concat([Buffer.of(0x80, 4), tail]), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).not.toMatchObject({ code: 'INVARIANT' });
        }
      }),
      { numRuns: 5000 },
    );
  });
});
