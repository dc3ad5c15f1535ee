import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINE_NAMES, type EngineName } from '../../../core/engine/engine.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { hasEngine, WEBGPU_ENVIRONMENT } from './every-engine.ts';

const PROGRAM = resolve(import.meta.dirname, 'training-like.ts');

type Outcome = { name: EngineName; threads: number; sum: number; sha256: string };

async function train(engine: EngineName): Promise<Outcome> {
  const env = { ...WEBGPU_ENVIRONMENT, DUBSCOPE_ENGINE: engine, TF_NUM_INTRAOP_THREADS: '2' };
  const { stdout } = await spawnTool({ tool: process.execPath, args: [PROGRAM], env });
  return JSON.parse(stdout.toString()) as Outcome;
}

describe('some steps of training in two processes', () => {
  for (const name of ENGINE_NAMES) {
    it.skipIf(!hasEngine(name))(`give the same bytes on ${name}`, async () => {
      const [first, second] = await Promise.all([train(name), train(name)]);
      expect(first).toMatchObject({ name, threads: name === 'tensorflow' ? 2 : 1 });
      expect(Number.isFinite(first.sum) && first.sum > 1).toBe(true);
      expect(second).toEqual(first);
    });
  }
});
