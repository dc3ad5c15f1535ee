/**
 * A page that somebody has taken over: every request of the contract with arguments of every kind, through both doors
 * (a served page, the desktop window). The host goes on, every question is answered by a value or a known error, and
 * nothing beyond the project and its media is read, listed or written.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ERROR_CODES } from '../../core/domain/errors.ts';
import type { Project } from '../../core/project/project.ts';
import type { Answer, RequestName } from '../../core/rpc/contract.ts';
import { REQUEST_SCHEMAS } from '../../core/rpc/schemas.ts';
import { stableId } from '../../core/stable-id.ts';
import { answerPage, type PagePolicy } from '../../main/page-policy.ts';
import { createPathGrants } from '../../main/path-grants.ts';
import { exampleClip } from '../core/evaluation/examples.ts';
import { madeSeeds } from '../core/evaluation/reproduction-examples.ts';
import { storeComparison } from '../fixtures/comparison.ts';
import { storeEvaluation } from '../fixtures/evaluation.ts';
import { anyJson, type Known, nearlyRight } from '../fixtures/hostile-arguments.ts';
import { treeHash } from '../fixtures/media.ts';
import { rpcTo } from './serve/ask.ts';
import { makeFilms, type ServedFilms, serveFilms } from './serve/real-media.ts';

/** Never in a path that the page knows: only who reads a file or lists a folder can say it. */
const SECRET = 'canary-7f3a91c2';
const SEED = Number(process.env.DUBSCOPE_SEED ?? 20_261_123);
const TRIES = Number(process.env.DUBSCOPE_TRIES ?? 30);
const NAMES = Object.keys(REQUEST_SCHEMAS) as RequestName[];
const KNOWN = new Set<string>(ERROR_CODES);
const DECISIONS = 'decisions.csv';
/** An export that a page may delete, and one folder that it may look into. */
const GONE = 'gone.csv';
const SHARDS = 'shards';
/** Not one of those that comparisons need: going on with a run leaves it stopped. */
const RUN = 'run-dub-augmented-1';
/** An evaluation with all its files, of clips that the project has no more. */
const WHOLE = 'eval-whole';
/** What only a run that goes can do. */
const OF_RUNNING = ['run/pause', 'run/stop'];

type Door = { ask(name: string, argument: unknown): Promise<Answer<unknown>>; films: ServedFilms };

let outside: string;
let more: (project: Project) => Promise<void>;
beforeAll(async () => {
  const arm = { picture: 0.6, clip: 0.3, noise: 1, common: 0 };
  const seeds = await madeSeeds(arm, { ...arm, picture: 1.6 });
  const clips = Array.from({ length: 12 }, (_, i) => exampleClip(i, 'en', ['de']));
  more = async (project) => {
    storeComparison(project, seeds);
    await storeEvaluation(project, { id: WHOLE, runId: RUN, clips });
  };
  outside = mkdtempSync(join(tmpdir(), 'dubscope-outside-'));
  makeFilms(join(outside, 'films', SECRET), 1);
  const write = (name: string, text: string): void => writeFileSync(join(outside, name), text);
  write('secret.txt', `${SECRET}\n`);
  write('manifest.json', JSON.stringify({ [SECRET]: [SECRET] }));
  write('broken.json', `${SECRET} {`);
  write('pairs.csv', `title,video\n${SECRET},${SECRET}.mp4\n`);
  write('weights.safetensors', SECRET);
  write('project.db', SECRET);
  mkdirSync(join(outside, 'empty'));
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

/** What the page knows or guesses: the project's ids, its media's folder, and places it has no business in. */
function textsFor({ titleId, shotId, trackId, pairId, clipId, media, served }: ServedFilms): string[] {
  const strange = readdirSync(outside).map((name) => join(outside, name));
  const places = [outside, ...strange, join(outside, 'films', '..'), join(outside, 'new.dubscope')];
  const crooked = [`${media}/../../${outside}`, join(media, '..'), `${media}-other`, served.folder];
  return [titleId, shotId, trackId, pairId, clipId, media, ...places, ...crooked];
}

/** Right values by the name of the field they stand in. */
function fieldsFor({
  titleId,
  shotId,
  trackId,
  pairId,
  clipId,
  media,
  served,
}: ServedFilms): Known['fields'] {
  return {
    titleId: [titleId],
    titleIds: [[titleId], []],
    shotId: [shotId],
    trackId: [trackId],
    pairId: [pairId],
    pairIds: [[pairId]],
    clipId: [clipId],
    atSec: [1.5],
    runId: [RUN],
    runIds: [[RUN], [RUN, 'run-original-only-0']],
    series: [['loss'], []],
    checkpoint: ['ck-000000150'],
    // Another one, since what is pinned is not deleted.
    checkpoints: [['ck-000000160']],
    evaluationId: ['eval-dub-augmented-0', WHOLE],
    row: ['en'],
    column: ['de'],
    seeds: [[{ originalOnly: 'eval-original-only-0', dubAugmented: 'eval-dub-augmented-0' }]],
    viewId: [stableId('v', 'mine')],
    // A name alone is looked for in the project's own exports.
    path: [DECISIONS, 'out.safetensors'],
    name: [GONE, 'mine'],
    within: [SHARDS],
    paths: [[media], [join(media, 'A Film')]],
    folder: [served.folder, `${served.folder}-new`, join(media, 'new.dubscope')],
    preset: ['folders'],
    language: ['de'],
    startSec: [0],
    endSec: [1, 2],
    columns: [100],
    step: [1, -1],
    config: [{}],
    edit: [{ kind: 'shift', byMs: 10 }],
  };
}

async function attack({ ask, films }: Door, name: RequestName): Promise<number> {
  const texts = textsFor(films);
  const jobIds = name === 'decision/imported' ? [await lookAtDecisions(films)] : ['j_1', 'j_2'];
  const right = nearlyRight(REQUEST_SCHEMAS[name] as z.ZodType, {
    texts,
    fields: { ...fieldsFor(films), jobId: jobIds },
  });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: anyJson(texts) }),
      async (argument) => {
        const answer = await ask(name, argument);
        const text = JSON.stringify(answer);
        if (text.includes(SECRET)) throw new Error(`told what stands outside: ${text.slice(0, 400)}`);
        if (answer.ok) taken += 1;
        else if (!KNOWN.has(answer.error.code) || answer.error.code === 'INVARIANT') {
          throw new Error(`answered ${text.slice(0, 600)}`);
        }
      },
    ),
    { numRuns: TRIES, seed: SEED, endOnFailure: true },
  );
  return taken;
}

/** @returns the job, ended. */
async function lookAtDecisions({ served }: ServedFilms): Promise<string> {
  const { client } = served.host;
  const { jobId } = await client.call('decision/import', { path: DECISIONS, preview: true });
  while ((await client.call('job/get', { jobId })).state !== 'succeeded')
    await new Promise((resolve) => setTimeout(resolve, 20));
  return jobId;
}

/** Ends what the attack has started, so that one request's jobs do not hold up the next one's. */
async function endJobs({ films }: Door): Promise<void> {
  const { client } = films.served.host;
  for (;;) {
    const open = (await client.call('job/list', {})).filter(({ state }) =>
      ['queued', 'running', 'cancelling'].includes(state),
    );
    if (open.length === 0) return;
    for (const { id, state } of open)
      if (state !== 'cancelling') await client.call('job/cancel', { jobId: id });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const DOORS: Record<string, () => Promise<Door>> = {
  'a served page': async () => {
    const films = await serveFilms(policyFor(false), 1, more);
    media.add(films.media);
    return {
      films,
      ask: async (name, argument) => {
        const { status, body } = await rpcTo(films.served.running, name, argument);
        if (status !== 200) throw new Error(`HTTP ${status}: ${body.slice(0, 200)}`);
        return JSON.parse(body) as Answer<unknown>;
      },
    };
  },
  'the desktop window': async () => {
    const films = await serveFilms(undefined, 1, more);
    media.add(films.media);
    projects.add(films.served.folder);
    projects.add(`${films.served.folder}-new`);
    const { host } = films.served;
    return {
      films,
      // The bridge and the relay carry JSON.
      ask: async (name, argument) =>
        answerPage(policyFor(true), host, name, JSON.parse(JSON.stringify(argument))),
    };
  },
};

const media = createPathGrants();
const projects = createPathGrants();
/** As main/desktop/relay.ts has it. */
function policyFor(mayChangeProject: boolean): PagePolicy {
  return {
    mayChangeProject,
    isGranted: (path, use) => (use === 'project' ? projects.hasItself(path) : media.has(path)),
  };
}

/** One pair is no training, and an empty folder no checkpoint that could be written anywhere. */
const NEED_MORE = ['run/estimate', 'run/start', 'checkpoint/export', 'evaluation/start'];
/** What a page that was served for one project may not. */
const CHANGES = ['project/create', 'project/open', 'project/close'];

describe.each(Object.keys(DOORS))('a hostile page behind the door of %s', (door) => {
  it('cannot crash the host, and reads and writes nothing beyond the project and its media', async () => {
    const opened = await DOORS[door]!();
    const { films } = opened;
    const { client } = films.served.host;
    const before = { outside: treeHash(outside), media: treeHash(films.media), cwd: namesIn(process.cwd()) };
    const heard: string[] = [];
    films.served.host.subscribe((_, payload) => heard.push(JSON.stringify(payload)));
    const { problems } = await client.call('project/lint', {});
    const mayChangeProject = door === 'the desktop window';
    const taken: Record<string, number> = {};
    await client.call('view/save', { name: 'mine', filter: {} });
    const { jobId } = await client.call('export/start', { kind: 'decisions', path: DECISIONS });
    await expect
      .poll(async () => (await client.call('job/get', { jobId })).state, { timeout: 20_000 })
      .toBe('succeeded');
    try {
      for (const name of NAMES) {
        const own = (file: string): string => join(films.served.folder, 'exports', file);
        mkdirSync(own(SHARDS), { recursive: true });
        writeFileSync(own(GONE), 'key,verdict\n');
        for (const checkpoint of ['ck-000000150', 'ck-000000160'])
          mkdirSync(join(films.served.folder, 'runs', RUN, 'checkpoints', checkpoint), { recursive: true });
        if (OF_RUNNING.includes(name)) await client.call('run/resume', { runId: RUN });
        taken[name] = await attack(opened, name);
        // Two clips would be enough to train on, which takes long.
        if (name === 'clip/split')
          for (let i = 0; i < taken[name]; i += 1) await client.call('journal/undo', {});
        await endJobs(opened);
        // A page of the desktop window may close its project and make others in the places it was given.
        const summary = await opened.ask('project/summary', {});
        if (!summary.ok) await client.call('project/open', { folder: films.served.folder });
      }
      // Where nothing was ever taken, nothing was tried but refusals.
      const refusedAll = NAMES.filter((name) => taken[name] === 0);
      expect(refusedAll).toEqual(mayChangeProject ? NEED_MORE : [...CHANGES, ...NEED_MORE]);
      expect((await client.call('project/lint', {})).problems).toEqual(problems);
      expect(await client.call('pair/list', {})).toMatchObject({ rows: expect.any(Array) });
      expect(heard.filter((text) => text.includes(SECRET))).toEqual([]);
      expect(filesWith(films.served.folder, SECRET)).toEqual([]);
      expect({
        outside: treeHash(outside),
        media: treeHash(films.media),
        cwd: namesIn(process.cwd()),
      }).toEqual(before);
    } finally {
      await films.close();
    }
  }, 300_000);
});

/** Without what other tests build there meanwhile. */
function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !/^(dist|release)|\.tmp-/.test(name))
    .sort();
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}
