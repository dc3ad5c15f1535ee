/** Faults planted and found again by the commands alone: `plant`, `new`, `import`, `check --against KEY --json`. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { CHECK_OUTPUT, checkSchemaText } from '../../main/commands/check-output.ts';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../fixtures/media.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { MEDIA, truth } from '../tools/demo-corpus/corpus.ts';
import { command } from './command.ts';

/** Titles of the demo corpus without faults of their own. */
const TITLES = truth.titles
  .map(({ id }) => id)
  .filter((id) => !truth.faults.some(({ title }) => title === id))
  .slice(0, 6);
/** What has to be found with a recall of 0.98 at least. */
const DEMO_KINDS = 'offset,other-title,silent,dropout,clipped,truncated,duplicate,pal-speed,cut';

type Output = z.infer<typeof CHECK_OUTPUT>['value'];

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

it('docs/check-schema.json is the schema of the code', async () => {
  const file = join(import.meta.dirname, '../../docs/check-schema.json');
  expect(await readFile(file, 'utf8')).toBe(checkSchemaText());
});

/** Plants, imports and checks; the document is held against its schema. */
async function roundTrip(name: string, source: string, options: readonly string[]): Promise<Output> {
  const out = join(temporary.folder, `${name}-planted`);
  const project = join(temporary.folder, `${name}-project`);
  for (const args of [
    ['plant', source, out, ...options],
    ['new', project],
    ['import', project, out],
  ]) {
    const { code, err } = await command(args);
    expect([args[0], code, err]).toEqual([args[0], 0, '']);
  }
  const checked = await command(['check', project, '--against', join(out, 'key.json'), '--json']);
  expect([checked.code, checked.err]).toEqual([0, '']);
  return CHECK_OUTPUT.parse(JSON.parse(checked.out)).value;
}

const missed = ({ score }: Output): string[] => score!.kinds.flatMap((kind) => kind.missed);
const alarms = ({ score }: Output): string[] => score!.falseAlarms.flatMap(({ sentences }) => sentences);

describe.runIf(hasSharedMedia)('on real dubs (skipped without ../shared/media)', () => {
  let output: Output;
  beforeAll(async () => {
    const before = treeHash(REAL_DUBS);
    output = await roundTrip('real', REAL_DUBS, ['--seed', '2']);
    expect(treeHash(REAL_DUBS)).toBe(before);
  });

  it('every planted fault is found, and no clean pair is accused', () => {
    expect(output.score!.kinds.length).toBeGreaterThan(10);
    expect(missed(output)).toEqual([]);
    expect(alarms(output)).toEqual([]);
  });

  it('offsets that are claimed are right, and most are claimed', () => {
    const { known, claimed, within1Ms, wronglySure } = output.score!.offsets;
    expect(wronglySure).toEqual([]);
    expect(within1Ms).toBe(claimed);
    expect(claimed / known).toBeGreaterThan(0.85);
  });
});

describe('on titles of the demo corpus', () => {
  let output: Output;
  beforeAll(async () => {
    const some = join(temporary.folder, 'demo');
    mkdirSync(some);
    for (const name of readdirSync(MEDIA).filter((file) => TITLES.some((title) => file.startsWith(title))))
      cpSync(join(MEDIA, name), join(some, name));
    expect(TITLES).toHaveLength(6);
    output = await roundTrip('demo', some, ['--seed', '3', '--join', '12', '--kinds', DEMO_KINDS]);
  });

  it('every planted fault is found, cuts and speeds included, and no clean pair is accused', () => {
    expect(output.score!.kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['cut', 'pal-speed', 'offset']),
    );
    expect(missed(output)).toEqual([]);
    expect(alarms(output)).toEqual([]);
    expect(output.score!.offsets.wronglySure).toEqual([]);
  });
});
