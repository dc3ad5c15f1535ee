/**
 * `serve` killed with SIGKILL at any moment, again and again on the same project: every change that was answered as
 * saved is there afterwards, nothing is there that was not asked for, and the project opens.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { createProject } from '../../core/project/project.ts';
import { createRng } from '../../core/rng.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { Answer } from '../../core/rpc/contract.ts';
import { createHost, type Host } from '../../main/host.ts';
import { ensureBuilt } from '../../main/window-build.ts';
import { madeImport, temporaryFolder } from '../fixtures/project.ts';
import { type Asked, rpcTo } from './serve/ask.ts';

const CLI = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');
const SEED = Number(process.env.DUBSCOPE_SEED ?? 7);
const ROUNDS = Number(process.env.DUBSCOPE_ROUNDS ?? 10);
const TITLES = 12;
/** Changes of a round before the kill is on its way, at most, and how long that takes at most, ms: in the midst of one. */
const MOST_CHANGES = 30;
const LATEST_KILL_MS = 15;

const temporary = temporaryFolder();
const folder = join(temporary.folder, 'killed.dubscope');
const twinFolder = join(temporary.folder, 'twin.dubscope');
/** The same changes in a project that nobody kills: what must be there. */
let twin: Host;

beforeAll(async () => {
  for (const path of [folder, twinFolder]) {
    const project = createProject(path, { program: 'test', clock: systemClock });
    storeImport(project.db, systemClock, madeImport(TITLES), { label: 'Import', by: 'person' });
    project.close();
  }
  twin = createHost({ program: 'test' });
  await twin.client.call('project/open', { folder: twinFolder });
  await ensureBuilt('renderer');
});
afterAll(async () => {
  await twin.close();
  temporary.remove();
});

type Change = { name: string; argument: unknown };

/** The change number `n`: all kinds that a person makes. */
function changeAt(n: number, pairIds: readonly string[]): Change {
  const rng = createRng(SEED).stream('change', n);
  const one = <T>(values: readonly T[]): T => rng.pick(values);
  const verdict = one(['accept', 'reject', 'needs-work']);
  const titleId = `t_${rng.integer(TITLES)}`;
  switch (rng.integer(10)) {
    case 0:
      return { name: 'journal/undo', argument: {} };
    case 1:
      return { name: 'decision/clear', argument: { pairIds: [one(pairIds)] } };
    case 2:
      return {
        name: 'decision/set',
        argument: { filter: { titleIds: [titleId] }, verdict, reason: `n${n}` },
      };
    case 3:
      return { name: 'alignment/set', argument: { titleId, language: one(['de', 'fr']), offsetMs: n } };
    case 4:
      return { name: 'title/set-split', argument: { titleIds: [titleId], split: one(['train', 'heldout']) } };
    case 5:
      return { name: 'view/save', argument: { name: `view ${n % 5}`, filter: { text: `${n}` } } };
    default:
      return { name: 'decision/set', argument: { pairIds: [one(pairIds)], verdict, reason: `n${n}` } };
  }
}

/** All that a person changed, without the times. */
async function stateOf(client: Client): Promise<Record<string, unknown>> {
  const pairs = (await client.call('pair/list', { limit: 1000 })).rows;
  const journal = await client.call('journal/list', { limit: 1000 });
  const detail = pairs.map(async ({ id }) => (await client.call('pair/get', { pairId: id })).decision);
  return {
    decisions: (await Promise.all(detail)).map((decision) => decision && [decision.verdict, decision.reason]),
    splits: pairs.map(({ split }) => split),
    alignments: await client.call('alignment/list', {}),
    views: await client.call('view/list', {}),
    journal: journal.rows.map(({ label, undone }) => [label, undone]),
  };
}

/** Starts `dubscope serve` and waits for its address; null when it was killed before. */
async function startServe(killAfterMs: number | null): Promise<{ child: ChildProcess; asked: Asked | null }> {
  const child = spawn(process.execPath, [CLI, 'serve', folder, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, XDG_RUNTIME_DIR: temporary.folder },
  });
  if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let out = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    out += chunk.toString('utf8');
    try {
      const { value } = JSON.parse(out) as { value: { address: string; port: number } };
      return { child, asked: { port: value.port, token: new URL(value.address).hash.slice(1) } };
    } catch {
      // More is to come.
    }
  }
  return { child, asked: null };
}

describe('serve, killed at any moment', () => {
  it('has everything that it answered as saved, and opens again', async () => {
    const pairIds = (await twin.client.call('pair/list', { limit: 1000 })).rows.map(({ id }) => id);
    let n = 0;
    let answered = 0;
    let cutShort = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const rng = createRng(SEED).stream('kill', round);
      const isAtStart = round % 5 === 4;
      const { child, asked } = await startServe(isAtStart ? rng.uniform() * 1500 : null);
      const gone =
        child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
      let open: Change | null = null;
      if (asked !== null) {
        const last = n + rng.integer(MOST_CHANGES);
        for (; ; n += 1) {
          if (n === last) setTimeout(() => child.kill('SIGKILL'), rng.uniform() * LATEST_KILL_MS);
          open = changeAt(n, pairIds);
          const body = await rpcTo(asked, open.name, open.argument).then(
            (got) => got.body,
            () => null,
          );
          if (body === null) break;
          const answer = JSON.parse(body) as Answer<unknown>;
          const twins = await twin.request(open.name, open.argument);
          expect(answer.ok ? null : answer.error.code).toBe(twins.ok ? null : twins.error.code);
          answered += 1;
        }
        n += 1;
      }
      await gone;
      cutShort += open === null ? 0 : 1;
      await expectSame(open);
    }
    expect(answered).toBeGreaterThan(ROUNDS * 5);
    expect(cutShort).toBeGreaterThan(ROUNDS / 2);
  });
});

/** The killed project is as its twin, or as its twin with the change that was never answered. */
async function expectSame(open: Change | null): Promise<void> {
  const host = createHost({ program: 'test' });
  try {
    await host.client.call('project/open', { folder });
    const found = await stateOf(host.client);
    const wanted = await stateOf(twin.client);
    if (open !== null && JSON.stringify(found) !== JSON.stringify(wanted)) {
      await twin.request(open.name, open.argument);
      expect(found).toEqual(await stateOf(twin.client));
    } else expect(found).toEqual(wanted);
    expect(
      (await host.client.call('project/lint', {})).problems.filter((p) => p.severity === 'error'),
    ).toEqual([]);
  } finally {
    await host.close();
  }
}
