/**
 * An evening with Dubscope in a real Chromium, by keyboard alone: import, find the planted faults by filter, listen, put an
 * offset and a language right, reject, undo, start again; all is there, and the exported files hold it.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languageName } from '../../core/domain/language-tag.ts';
import { type Cell, manifestRows } from '../../core/intake/manifest-rows.ts';
import { readPlantedKey } from '../../core/plant/key.ts';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../fixtures/media.ts';
import { command } from '../main/command.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { MEDIA, truth } from '../tools/demo-corpus/corpus.ts';
import { AGAIN, chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const JOB_MS = 180_000;
const TEST_MS = 600_000;

/** A corpus, and what is known to be wrong with it. */
type Corpus = {
  media: string;
  original: string;
  /** Clips that no dub belongs to, as the list reads them out. */
  faults: string[];
  /** The title and dub whose offset is put right, and by how much it is off, ms. */
  late: { title: string; language: string; offsetMs: number };
  /** The title and dub that get another language. */
  tagged: { title: string; language: string };
};

const spoken = (title: string, shot: string | number, language: string): string =>
  `${title}, shot ${shot}, ${languageName(language)}`;

async function plantedCorpus(folder: string): Promise<Corpus> {
  const media = join(mkdtempSync(join(folder, 'try-')), 'planted');
  const kinds = 'silent,other-title,offset';
  const { code } = await command([
    'plant',
    REAL_DUBS,
    media,
    '--seed',
    '2',
    '--kinds',
    kinds,
    '--share',
    '0.2',
  ]);
  expect(code).toBe(0);
  const { faults, offsets } = await readPlantedKey(join(media, 'key.json'));
  const late = faults.find(
    ({ kind, numbers }) => kind === 'offset' && Math.abs(Number(numbers.offsetMs)) > 100,
  );
  const own = offsets.find(({ title, language }) => title === late?.title && language === late.language);
  if (late === undefined || own?.ownMs == null)
    throw new Error('The seed plants no offset that can be told.');
  return {
    media,
    original: 'en',
    faults: faults
      .filter(({ kind }) => kind !== 'offset')
      .map((one) => spoken(one.title, one.shot!, one.language)),
    late: { title: late.title, language: late.language, offsetMs: own.ownMs + own.plantedMs },
    tagged: { title: '81215414', language: 'it' },
  };
}

function demoCorpus(folder: string): Corpus {
  const media = join(mkdtempSync(join(folder, 'try-')), 'demo');
  mkdirSync(media);
  const titles = ['amber-road', 'blue-harbour', 'far-meadow', 'hollow-hill'];
  for (const name of readdirSync(MEDIA).filter((file) => titles.some((title) => file.startsWith(title))))
    cpSync(join(MEDIA, name), join(media, name));
  const faults = truth.faults.flatMap((one) =>
    one.kind !== 'offset' && titles.includes(one.title)
      ? [spoken(one.title, String(one.shot).padStart(2, '0'), one.language)]
      : [],
  );
  const late = truth.faults.find((one) => one.kind === 'offset' && one.title === 'blue-harbour');
  if (late?.kind !== 'offset') throw new Error('The demo corpus has changed.');
  return { media, original: 'en', faults, late, tagged: { title: 'amber-road', language: 'it' } };
}

describe.runIf(chromiumPath !== null)('an evening with Dubscope', AGAIN, () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-journey-'));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.runIf(hasSharedMedia)(
    'on real dubs with planted faults',
    async () => {
      await evening(browser, await plantedCorpus(folder));
    },
    TEST_MS,
  );

  it(
    'on the demo corpus',
    async () => {
      await evening(browser, demoCorpus(folder));
    },
    TEST_MS,
  );
});

async function evening(browser: Browser, corpus: Corpus): Promise<void> {
  const before = treeHash(corpus.media);
  const served = await serveMadeProject(0);
  const context = await browser.newContext();
  try {
    const { page, troubles } = await open(context, served);
    await takeIn(page, corpus);
    await findAndReject(page, served, corpus);
    await putRight(page, served, corpus);
    await page.close();
    await served.restart();
    const again = await open(context, served);
    await again.page.keyboard.press('Alt+2');
    await choose(again.page, 'State', 'rejected');
    await poll(() => listed(again.page)).toEqual(corpus.faults.toSorted());
    await exported(again.page, served, corpus);
    expect([...troubles, ...again.troubles]).toEqual([]);
    expect(treeHash(corpus.media)).toBe(before);
  } finally {
    await context.close();
    await served.close();
  }
}

async function open(context: BrowserContext, { running }: ServedProject) {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const { troubles } = watchPage(page, running.origin);
  await openWindow(page, running.address);
  return { page, troubles };
}

const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 20_000, ...options });

/** Presses a chip of the filter. */
async function choose(page: Page, group: string, chip: string): Promise<void> {
  await page
    .getByRole('region', { name: 'Filters' })
    .locator(`[aria-label="${group}"] button`)
    .filter({ has: page.getByText(chip, { exact: true }) })
    .press(' ');
}

/** Titles, shots and languages in the list, each once. */
async function listed(page: Page): Promise<string[]> {
  const names = await page
    .getByRole('option')
    .evaluateAll((rows: { ariaLabel: string | null }[]) => rows.map((row) => row.ariaLabel));
  return [...new Set(names.map((name) => (name ?? '').split(', ').slice(0, 3).join(', ')))].toSorted();
}

async function takeIn(page: Page, { media, original }: Corpus): Promise<void> {
  await page.keyboard.press('Alt+5');
  await page.getByRole('textbox', { name: /Folders or files/ }).focus();
  await page.keyboard.type(media);
  await page.getByRole('textbox', { name: /Original language/ }).focus();
  await page.keyboard.type(original);
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: /^Import \d+ titles?$/, disabled: false })
    .press('Enter', { timeout: JOB_MS });
  await page.getByRole('button', { name: 'Check all titles' }).press('Enter', { timeout: JOB_MS });
}

async function findAndReject(page: Page, served: ServedProject, { faults }: Corpus): Promise<void> {
  await page.keyboard.press('Alt+2');
  await page.getByRole('region', { name: 'Filters' }).waitFor();
  const { client } = served.host;
  const checked = async (): Promise<boolean> =>
    (await client.call('job/list', {})).some(({ kind, state }) => kind === 'check' && state === 'succeeded');
  await poll(checked, { timeout: JOB_MS }).toBe(true);
  await choose(page, 'Worst finding', 'fault');
  await poll(() => listed(page)).toEqual(faults.toSorted());

  await page.getByRole('listbox').focus();
  await page.keyboard.press('Enter');
  const heard = page.getByRole('toolbar', { name: 'Playing' }).getByRole('status');
  await heard.waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('0');
  await poll(() => heard.textContent()).toContain('English');
  await page.keyboard.press('1');
  await poll(() => heard.textContent()).toContain('German');
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');

  const rejected = async (): Promise<number> => (await client.call('pair/count', {})).byState.rejected ?? 0;
  const { total } = await client.call('pair/count', { filter: { minSeverity: 'fault' } });
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('r');
  await page.getByRole('alertdialog', { name: `Reject ${total} pairs` }).waitFor();
  await page.keyboard.type('not this dub');
  await page.keyboard.press('Enter');
  await poll(rejected).toBe(total);
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await poll(rejected).toBe(0);
  await page.keyboard.press('Shift+U');
  await poll(rejected).toBe(total);
  await page.keyboard.press('Escape');
}

/** Opens the worst pair of a title in a language. */
async function inspect(page: Page, { title, language }: { title: string; language: string }): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(title);
  await page.keyboard.press('Escape');
  await choose(page, 'Dub', languageName(language));
  await poll(async () =>
    (await listed(page)).every((name) => name.startsWith(title) && name.endsWith(languageName(language))),
  ).toBe(true);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('Enter');
  const heard = page.getByRole('toolbar', { name: 'Playing' }).getByRole('status');
  await poll(() => heard.textContent()).toContain(languageName(language));
}

async function putRight(page: Page, served: ServedProject, { late, tagged }: Corpus): Promise<void> {
  const { client } = served.host;
  await inspect(page, late);
  const measured = await offsetOf(served, late);
  expect(Math.abs((measured?.offsetMs ?? Number.NaN) - late.offsetMs)).toBeLessThan(1.5);
  await page.keyboard.press('}');
  await page.keyboard.press('Enter');
  await poll(async () => (await offsetOf(served, late))?.source).toBe('person');
  expect((await offsetOf(served, late))?.offsetMs).toBeCloseTo(measured!.offsetMs! - 1, 1);
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Filters' }).waitFor();
  await page.keyboard.press('Escape');

  await inspect(page, tagged);
  await page.keyboard.press('t');
  await page.getByRole('textbox', { name: 'Language' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Brazilian Portuguese');
  await page.keyboard.press('Enter');
  await poll(async () => (await client.call('pair/count', {})).byLanguage['pt-BR'] ?? 0).toBeGreaterThan(0);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByRole('region', { name: 'Filters' }).waitFor();
}

async function offsetOf({ host }: ServedProject, { title, language }: { title: string; language: string }) {
  const { rows } = await host.client.call('title/list', { text: title });
  const all = await host.client.call('alignment/list', {});
  const own = all.filter((one) => one.titleId === rows[0]?.id && one.language === language);
  return own.find(({ source }) => source === 'person') ?? own[0];
}

async function exported(page: Page, served: ServedProject, { faults, late, tagged }: Corpus): Promise<void> {
  await page.keyboard.press('Control+e');
  await page.getByLabel('Of which pairs').selectOption('all');
  await page.getByLabel('Name of the file').press('Enter');
  const exports = async (): Promise<string[]> =>
    (await served.host.client.call('job/list', {}))
      .filter(({ kind }) => kind === 'export')
      .map(({ state }) => state);
  await poll(exports).toEqual(['succeeded']);
  const rows: Record<string, Cell>[] = [];
  for await (const row of manifestRows(join(served.folder, 'exports', 'pairs.csv')))
    if ('values' in row) rows.push(row.values);
  const rejected = rows.filter((row) => row.verdict === 'reject');
  expect(
    [...new Set(rejected.map((row) => spoken(`${row.title}`, `${row.shot}`, `${row.language}`)))].toSorted(),
  ).toEqual(faults.toSorted());
  expect(new Set(rejected.map((row) => row.reason))).toEqual(new Set(['not this dub']));
  const moved = rows.filter((row) => row.title === late.title && row.language === late.language);
  expect(new Set(moved.map((row) => row.offset_source))).toEqual(new Set(['person']));
  expect(rows.some((row) => row.title === tagged.title && row.language === 'pt-BR')).toBe(true);
}
