/** Both ways between this program and a real PyTorch. Needs DUBSCOPE_TEST_PYTHON, a Python with torch, safetensors, numpy. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atomicWrite } from '../../../../core/files/atomic-write.ts';
import type { ParameterValues } from '../../../../core/model/parameters.ts';
import { encodeFloats } from '../../../../core/model/weights/dtype.ts';
import {
  isBatchCount,
  type OfficialVariant,
  variantSpecs,
} from '../../../../core/model/weights/official-layout.ts';
import { encodeOfficial, fromOfficial } from '../../../../core/model/weights/official-weights.ts';
import { openWeightsFile } from '../../../../core/model/weights/weights-file.ts';
import { spawnTool } from '../../../../core/process/spawn-tool.ts';
import { FIXTURES, PYTHON } from './fixtures.ts';

if (PYTHON === null) process.stderr.write('NOT TESTED with PyTorch: DUBSCOPE_TEST_PYTHON is not set.\n');

const BOTH: OfficialVariant = { size: 'S', overlap: false, towers: ['video', 'audio'] };
const AUDIO: OfficialVariant = { ...BOTH, towers: ['audio'] };

async function python<T>(args: string[]): Promise<T> {
  const script = join(import.meta.dirname, 'interop.py');
  const { stdout } = await spawnTool({ tool: PYTHON!, args: ['-W', 'ignore', script, ...args] });
  return JSON.parse(stdout.toString('utf8')) as T;
}

/** As Python's digest: of the bytes in PyTorch's type. */
function digests(tensors: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    [...tensors].map(([name, { data }]) => {
      const bytes = encodeFloats(data, isBatchCount(name) ? 'I64' : 'F32');
      return [name, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

describe.skipIf(PYTHON === null)('PyTorch (skipped without DUBSCOPE_TEST_PYTHON)', () => {
  let folder = '';
  let made: { full: Record<string, string>; half: Record<string, string> };

  const layoutFile = (variant: OfficialVariant): string => {
    const path = join(folder, `${variant.towers.join('-')}.json`);
    writeFileSync(path, JSON.stringify(variantSpecs(variant).map(({ name, shape }) => [name, shape])));
    return path;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-interop-'));
    made = await python(['make', layoutFile(BOTH), folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each<[string, OfficialVariant, 'full' | 'half', string[]]>([
    ['full.pt', BOTH, 'full', ['mlp.0.weight']],
    ['full.safetensors', BOTH, 'full', []],
    ['half-audio.pt', AUDIO, 'half', []],
    ['half-audio.safetensors', AUDIO, 'half', []],
  ])(
    '%s, written there, is recognised and read here to the bit',
    async (name, variant, expected, discarded) => {
      const file = await openWeightsFile(join(folder, name));
      try {
        const official = await fromOfficial(file);
        expect(official).toMatchObject({ ...variant, discarded });
        expect(digests(official.tensors)).toEqual(made[expected]);
        if (name === 'full.pt') expect(file.otherKeys).toEqual(['epoch', 'optimizer']);
      } finally {
        await file.close();
      }
    },
  );

  it.each(['pt', 'safetensors'])('a .%s written here loads there strictly, to the bit', async (ending) => {
    const file = await openWeightsFile(join(folder, 'full.safetensors'));
    const official = await fromOfficial(file);
    await file.close();
    const path = join(folder, `ours.${ending}`);
    await atomicWrite(path, encodeOfficial(official, ending === 'pt' ? 'torch' : 'safetensors'));
    const found = await python<{ names: string[]; types: string[]; same_types: boolean; digests: object }>([
      'check',
      layoutFile(BOTH),
      path,
    ]);
    expect(found.digests).toEqual(made.full);
    expect(found).toMatchObject({ types: ['torch.float32', 'torch.int64'], same_types: true });
    // The order of the state dict; safetensors lists by the place of the data, where whole numbers come first.
    if (ending === 'pt') expect(found.names).toEqual([...official.tensors.keys()]);
  });

  it('the hostile fixtures do run code there, so the refusal here means something', async () => {
    const names = [
      'os-system.pt',
      'eval.pt',
      'exec.pt',
      'in-tensor.pt',
      'in-hooks.pt',
      'beside.pt',
      'key.pt',
    ];
    names.push('inst.pt', 'obj.pt', 'stack-global.pt', 'from-bytes.pt', 'legacy-system.pt');
    const ran = await python(['run', join(FIXTURES, 'hostile'), join(folder, 'canary'), ...names]);
    expect(ran).toEqual(Object.fromEntries(names.map((name) => [name, true])));
  });
});
