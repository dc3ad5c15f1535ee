/** Taking data out and decisions in, in a real Chromium by keyboard: the file on disk holds it, and it comes back. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

/** A busy machine is slow. */
const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 10_000, ...options });

describe.runIf(chromiumPath !== null)('exports', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: string[];
  beforeAll(async () => {
    served = await serveMadeProject(20);
    browser = await startBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    ({ troubles } = watchPage(page, served.running.origin));
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+2');
    await page.getByRole('listbox').waitFor();
  });
  afterAll(async () => {
    expect(troubles).toEqual([]);
    await browser?.close();
    await served?.close();
  });

  const file = (name: string): string => join(served.folder, 'exports', name);
  const counts = async (): Promise<Record<string, number>> =>
    (await served.host.client.call('pair/count', {})).byState;
  const dialog = (name: string) => page.getByRole('dialog', { name });

  it('write what the list shows, and say beside the name that it is taken', async () => {
    await page.getByRole('button', { name: 'German 40' }).press('Enter');
    await page.getByText('40 pairs').waitFor();
    await page.keyboard.press('Control+e');
    await dialog('Export').getByText('40 pairs').waitFor();
    await dialog('Export').getByLabel('Form').selectOption('jsonl');
    await dialog('Export').getByLabel('Name of the file').press('Enter');
    await dialog('Export').waitFor({ state: 'detached' });
    await poll(() => existsSync(file('pairs.jsonl'))).toBe(true);
    const rows = readFileSync(file('pairs.jsonl'), 'utf8').trim().split('\n');
    const languages = rows.map((row) => (JSON.parse(row) as { language: string }).language);
    expect(languages).toEqual(Array.from({ length: 40 }, () => 'de'));

    await page.keyboard.press('Control+e');
    await dialog('Export').getByLabel('Form').selectOption('jsonl');
    await dialog('Export').getByLabel('Name of the file').press('Enter');
    await dialog('Export').getByRole('alert').getByText('exists already').waitFor();
    await dialog('Export').getByLabel('Name of the file').fill('../elsewhere.csv');
    await page.keyboard.press('Enter');
    await dialog('Export').getByRole('alert').getByText('A page may not choose where').waitFor();
    await page.keyboard.press('Escape');
    await dialog('Export').waitFor({ state: 'detached' });
    expect(existsSync(join(served.folder, 'elsewhere.csv'))).toBe(false);
    await page.keyboard.press('Escape');
  });

  it('give decisions away and take them in again, after a look, as one undo step', async () => {
    const { rows } = await served.host.client.call('pair/list', { limit: 7 });
    const pairIds = rows.map(({ id }) => id);
    await served.host.client.call('decision/set', { pairIds, verdict: 'reject', reason: 'wrong take' });
    await page.keyboard.press('Control+e');
    await dialog('Export').getByLabel('What').selectOption('decisions');
    await dialog('Export').getByLabel('Form').selectOption('csv');
    await dialog('Export').getByText('7 decisions').waitFor();
    await dialog('Export').getByLabel('Name of the file').press('Enter');
    await poll(() => existsSync(file('decisions.csv'))).toBe(true);
    await served.host.client.call('decision/clear', { pairIds });
    await poll(counts).not.toHaveProperty('rejected', 7);

    await dialog('Export').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+E');
    const name = dialog('Take in decisions').getByLabel('File', { exact: true });
    await poll(() => name.inputValue()).toBe('decisions.csv');
    await name.press('Enter');
    await dialog('Take in decisions').getByText('would get a decision').waitFor();
    expect((await counts()).rejected ?? 0).toBe(0);
    await dialog('Take in decisions').getByRole('button', { name: 'Decide 7 pairs' }).press('Enter');
    await poll(async () => (await counts()).rejected).toBe(7);
    await dialog('Take in decisions').waitFor({ state: 'detached' });
    const { decision } = await served.host.client.call('pair/get', { pairId: pairIds[0]! });
    expect(decision).toMatchObject({ verdict: 'reject', reason: 'wrong take' });
    await page.keyboard.press('u');
    await poll(async () => (await counts()).rejected ?? 0).toBe(0);
  });

  it('are downloaded from the row of their job, byte for byte, under their own name', async () => {
    await page.keyboard.press('Alt+j');
    const row = page
      .getByRole('list', { name: 'Jobs' })
      .getByRole('listitem')
      .filter({ hasText: 'pairs.jsonl' });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('link', { name: 'Download' }).press('Enter'),
    ]);
    expect(download.suggestedFilename()).toBe('pairs.jsonl');
    expect(await download.failure()).toBeNull();
    expect(readFileSync(await download.path())).toEqual(readFileSync(file('pairs.jsonl')));
    await page.keyboard.press('Alt+j');
  });

  it('are listed with size and date, downloaded, and deleted after a question', async () => {
    const odd = 'Bücher & Filme 100 %.csv';
    copyFileSync(file('decisions.csv'), file(odd));
    mkdirSync(file('shards'));
    const shards = { 'shards.json': '{}', 'shard-000000.tar': 'a'.repeat(70_000), 'shard-000001.tar': 'b' };
    for (const [name, text] of Object.entries(shards)) writeFileSync(join(file('shards'), name), text);
    writeFileSync(file('notes.txt'), 'mine');
    await page.keyboard.press('Control+j');
    const past = dialog('Past exports');
    const row = (name: string) =>
      past.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
    await row('shards').getByText('shards · 3 files · 70.0 kB').waitFor();
    const take = async (name: string): Promise<{ name: string; bytes: Buffer }> => {
      const link = past.getByRole('link', { name: `Download ${name}`, exact: true });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    expect(await take(odd)).toEqual({ name: odd, bytes: readFileSync(file(odd)) });
    await past.getByRole('button', { name: 'Files of shards' }).press('Enter');
    expect(await take('shard-000000.tar')).toEqual({
      name: 'shard-000000.tar',
      bytes: readFileSync(join(file('shards'), 'shard-000000.tar')),
    });

    const question = page.getByRole('alertdialog', { name: 'Delete shards?' });
    await past.getByRole('button', { name: 'Delete shards' }).press('Enter');
    await question.getByText('3 files, 70.0 kB, gone for good').waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(existsSync(file('shards'))).toBe(true);
    await past.getByRole('button', { name: 'Delete shards' }).press('Enter');
    await question.getByRole('button', { name: 'Delete' }).press('Enter');
    await poll(() => existsSync(file('shards'))).toBe(false);
    await row('shards').waitFor({ state: 'detached' });
    expect(await past.getByRole('button', { name: 'Delete notes.txt' }).isDisabled()).toBe(true);
    await expect(served.host.client.call('export/delete', { name: 'notes.txt' })).rejects.toThrow(
      'Nothing was deleted',
    );
    await page.keyboard.press('Escape');
    await past.waitFor({ state: 'detached' });
  });

  it('of many rows show how far they are, and can be stopped', async () => {
    const rows = Array.from({ length: 400_000 }, (_, i) => `${i.toString(16).padStart(32, '0')},accept`);
    writeFileSync(file('many.csv'), `key,verdict\n${rows.join('\n')}\n`);
    const before = await counts();
    await page.keyboard.press('Control+Shift+E');
    const take = dialog('Take in decisions');
    await take.getByLabel('File', { exact: true }).fill('many.csv');
    await page.keyboard.press('Enter');
    await take.getByRole('progressbar', { name: 'Look at many.csv' }).waitFor();
    await take.getByText(/reading [\d,]+ rows/).waitFor();
    await take.getByRole('button', { name: 'Stop' }).press('Enter');
    await take.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await take.getByText('would get a decision').count()).toBe(0);
    const look = (await served.host.client.call('job/list', {})).at(-1);
    expect(look).toMatchObject({ kind: 'decide', state: 'cancelled' });
    await take.getByRole('button', { name: 'See what it would do' }).press('Enter');
    await take.getByText('400,000').waitFor();
    expect(await take.getByRole('button', { name: 'Decide 0 pairs' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await take.waitFor({ state: 'detached' });
    expect(await counts()).toEqual(before);
  });

  it('say in a sentence that a file is not there', async () => {
    await page.keyboard.press('Control+Shift+E');
    await dialog('Take in decisions').getByLabel('File', { exact: true }).fill('nothing.csv');
    await page.keyboard.press('Enter');
    await dialog('Take in decisions').getByRole('alert').getByText('nothing.csv').waitFor();
    await page.keyboard.press('Escape');
  });
});
