/** Real files of PyTorch, files that want to run code, and broken ones. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../../core/domain/errors.ts';
import { openWeightsFile } from '../../../../core/model/weights/weights-file.ts';
import { FIXTURES, fixture, openBytesOf, readAll, refusalOf } from './fixtures.ts';

type Described = { shape: number[]; dtype: string; values: number[] };
const EXPECTED = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, Described>
>;

describe('files of torch.save', () => {
  it.each(Object.keys(EXPECTED))('%s holds what PyTorch saved', async (name) => {
    const expected = EXPECTED[name]!;
    const tensors = await readAll(fixture(name));
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    for (const [key, { shape, data }] of tensors) {
      expect(shape).toEqual(expected[key]!.shape);
      expect(data).toEqual(Float32Array.from(expected[key]!.values));
    }
  });

  it('says what lies beside the state dict, and each type', async () => {
    const file = await openBytesOf(fixture('module-protocol5.pt'));
    expect(file).toMatchObject({ format: 'torch', wrapper: 'model' });
    expect(file.otherKeys).toEqual([
      'epoch',
      'lr',
      'names',
      'big',
      'negative',
      'size',
      'device',
      'bytes',
      'long text',
      'rng',
      'shared',
    ]);
    const dtypes = await openBytesOf(fixture('dtypes.pt'));
    expect(dtypes.wrapper).toBeNull();
    expect(dtypes.entries.map(({ dtype }) => dtype)).toEqual([
      'F32',
      'F16',
      'BF16',
      'F64',
      'I64',
      'F32',
      'F32',
    ]);
  });

  it('gives what was asked for, in that order', async () => {
    const file = await openBytesOf(fixture('views.pt'));
    expect([...(await file.read(['row', 'base'])).keys()]).toEqual(['row', 'base']);
  });

  it('opens from disk, by what it is and not by its name', async () => {
    const file = await openWeightsFile(join(FIXTURES, 'official-part.pt'));
    try {
      expect(file.entries).toHaveLength(4);
      expect((await file.read(['mlp.0.weight'])).get('mlp.0.weight')!.shape).toEqual([2, 3]);
    } finally {
      await file.close();
    }
    await refusalOf(openWeightsFile(join(FIXTURES, 'nothing.pt')), 'PATH_NOT_FOUND');
    await refusalOf(openWeightsFile(FIXTURES), 'PATH_NOT_REGULAR_FILE');
    await refusalOf(openWeightsFile(join(FIXTURES, 'expected.json')), 'CKPT_FORMAT');
  });
});

describe('files that want to run code', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-weights-'));
    process.env.DUBSCOPE_CANARY = join(folder, 'canary');
  });
  afterAll(() => {
    delete process.env.DUBSCOPE_CANARY;
    rmSync(folder, { recursive: true });
  });

  const NAMES: Record<string, RegExp> = {
    'os-system.pt': /posix\.system/,
    'posix-system.pt': /posix\.system/,
    'eval.pt': /__builtin__\.eval/,
    'exec.pt': /__builtin__\.exec/,
    'getattr.pt': /__builtin__\.getattr/,
    'beside.pt': /posix\.system/,
    'key.pt': /posix\.system/,
    'in-tensor.pt': /posix\.system/,
    'in-hooks.pt': /posix\.system/,
    'torch-load.pt': /torch\.serialization\.load/,
    'torch-hub.pt': /torch\.hub\.load/,
    'from-bytes.pt': /torch\.storage\._load_from_bytes/,
    'inst.pt': /posix\.system/,
    'obj.pt': /posix\.system/,
    'stack-global.pt': /posix\.system/,
    'newobj.pt': /NEWOBJ/,
    'ext.pt': /EXT1/,
    'persid.pt': /PERSID/,
    'build.pt': /attributes set on dict/,
    'call-storage.pt': /a call of torch\.FloatStorage/,
    'reduce-text.pt': /a call of string/,
    'dotted.pt': /collections\.OrderedDict\.__init__\.__globals__/,
  };

  it('are all known to this test', () => {
    const found = readdirSync(join(FIXTURES, 'hostile')).filter((name) => !name.startsWith('legacy'));
    expect(found.sort()).toEqual(Object.keys(NAMES).sort());
  });

  it.each(Object.entries(NAMES))('%s is refused, named, and nothing runs', async (name, reason) => {
    const message = await refusalOf(openWeightsFile(join(FIXTURES, 'hostile', name)), 'CKPT_UNSAFE');
    expect(message).toMatch(reason);
    expect(message).toContain('it was not run');
    expect(existsSync(join(folder, 'canary'))).toBe(false);
  });

  it('of the old form are refused unread', async () => {
    const message = await refusalOf(readAll(fixture('hostile/legacy-system.pt')), 'CKPT_FORMAT');
    expect(message).toContain('before 1.6');
    expect(existsSync(join(folder, 'canary'))).toBe(false);
  });
});

describe('files that are not read', () => {
  it.each<[string, ErrorCode, RegExp]>([
    ['legacy.pt', 'CKPT_FORMAT', /torch\.save/],
    ['script.pt', 'CKPT_FORMAT', /TorchScript/],
    ['list.pt', 'CKPT_FORMAT', /holds a list/],
    ['int32.pt', 'CKPT_FORMAT', /type I32 for tensor w/],
    ['big-endian.pt', 'CKPT_FORMAT', /"big"/],
    ['compressed.pt', 'CKPT_FORMAT', /compressed entry archive\/data\.pkl/],
    ['nan.pt', 'CKPT_NAN', /tensor w holds 2/],
    ['inexact.pt', 'CKPT_DAMAGED', /16777217/],
    ['expanded.pt', 'CKPT_TOO_LARGE', /\[1048576\].*repeats/],
    ['short-storage.pt', 'CKPT_DAMAGED', /should have 16 bytes and has 12/],
    ['no-storage.pt', 'CKPT_DAMAGED', /has none/],
  ])('%s: %s', async (name, code, reason) => {
    expect(await refusalOf(readAll(fixture(name), name), code)).toMatch(reason);
  });

  it.each(Array.from({ length: 60 }, (_, i) => i / 60))('a file cut at %f of its length', async (share) => {
    const bytes = fixture('dtypes.pt');
    await expect(readAll(bytes.subarray(0, Math.floor(share * bytes.length)))).rejects.toBeInstanceOf(
      AppError,
    );
  });
});

describe('damage (property)', () => {
  const seeds = ['dtypes.pt', 'views.pt', 'module-protocol2.pt', 'module-protocol5.pt', 'official-part.pt'];

  it.each(seeds)(
    '%s with bytes changed gives a result or an error of ours, in bounded memory',
    async (name) => {
      const good = fixture(name);
      const edit = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
      const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
      const before = process.memoryUsage().rss;
      await fc.assert(
        fc.asyncProperty(edits, fc.integer({ min: -8, max: 8 }), async (changes, grow) => {
          const bytes = new Uint8Array(good.length + grow);
          bytes.set(good.subarray(0, bytes.length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            const tensors = await readAll(bytes);
            for (const { shape, data } of tensors.values()) {
              expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
              expect(data.length).toBeLessThan(good.length);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            expect(error).not.toMatchObject({ code: 'INVARIANT' });
          }
        }),
        { numRuns: 1500 },
      );
      expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20);
    },
  );

  it('a changed number is seen by the checksum', async () => {
    const bytes = fixture('views.pt').slice();
    const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.of(22, 23).buffer));
    bytes[at]! ^= 1;
    expect(await refusalOf(readAll(bytes), 'CKPT_DAMAGED')).toMatch(/checksum of its entry data\/0/);
  });
});
