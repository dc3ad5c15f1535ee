/** The titles page in a real Chromium, by keyboard, on real dubs: languages, offsets in words, cuts, and the way to pairs. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LanguageTag } from '../../core/domain/language-tag.ts';
import type { Client } from '../../core/rpc/client.ts';
import { hasSharedMedia, REAL_DUBS } from '../fixtures/media.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const IMPORT_MS = 120_000;

async function finish(client: Client, started: Promise<{ jobId: string }>): Promise<void> {
  const { jobId } = await started;
  const endMs = performance.now() + IMPORT_MS;
  for (;;) {
    const { state } = await client.call('job/get', { jobId });
    if (state === 'succeeded') return;
    if (state === 'failed' || performance.now() > endMs) throw new Error(`${jobId} ${state}`);
    await setTimeout(100);
  }
}

describe.runIf(chromiumPath !== null && hasSharedMedia)('the titles page', () => {
  let folder: string;
  let browser: Browser;
  let served: ServedProject;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-titles-'));
    const media = join(folder, 'media');
    mkdirSync(media);
    for (const name of readdirSync(REAL_DUBS).filter((file) => /^(81056348|80145138)_/.test(file))) {
      cpSync(join(REAL_DUBS, name), join(media, name));
    }
    served = await serveMadeProject(0);
    const { client } = served.host;
    await finish(client, client.call('import/start', { paths: [media], originalLanguage: 'en' }));
    await finish(client, client.call('check/start', {}));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(10_000);
    ({ troubles } = watchPage(page, served.running.origin));
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+4');
    await page.getByRole('article', { name: 'Title 80145138' }).waitFor();
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
    };
  });

  it('shows languages with offsets and how sure they are, and the tracks', async () => {
    await page.keyboard.press('ArrowDown');
    const title = page.getByRole('article', { name: 'Title 81056348' });
    const spanish = title.getByRole('row').filter({ hasText: /^Spanish/ });
    await spanish.waitFor();
    expect(await spanish.innerText()).toMatch(/dub\s+all\s+23\.\d ms early\s+sure \(\d+ % within 5 ms\)/);
    expect(
      await title
        .getByRole('row')
        .filter({ hasText: /^English/ })
        .innerText(),
    ).toContain('original');
    await title.getByText('81056348_139_ja.mp4, track 1').waitFor();
    await title.getByText('No dub of this title was found to run at another speed').waitFor();
  });

  it('filters by name, and leads to the pairs of a language and into the inspector', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('8105');
    await page.keyboard.press('Enter');
    const list = page.getByRole('listbox', { name: 'Titles by name' });
    await expect.poll(() => list.getByRole('option').count()).toBe(1);
    await page.keyboard.press('Home');
    const title = page.getByRole('article', { name: 'Title 81056348' });
    await title.getByRole('button', { name: 'Italian', exact: true }).press('Enter');
    await page
      .locator('section[aria-label="Pairs"] [role="status"]')
      .getByText(/^1 of \d+$/)
      .waitFor();
    const shown = await page.getByRole('listbox', { name: 'Pairs, worst first' }).getByRole('option').all();
    expect(shown.length).toBeGreaterThan(0);
    for (const row of shown) expect(await row.getAttribute('aria-label')).toContain('Italian');

    await page.keyboard.press('Alt+4');
    const third = title.getByRole('list', { name: 'Pairs of this title' }).getByRole('button').nth(2);
    const [, language = ''] = (await third.innerText()).split('\n').map((part) => part.trim());
    await third.press('Enter');
    await page.getByRole('region', { name: 'Tracks' }).waitFor();
    await page.locator('aside[aria-label="The pair"]').getByText(language).first().waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/inspect');
  });

  it('counts what a title holds, and moves it to the other split and back', async () => {
    const { client } = served.host;
    const [title] = (await client.call('title/list', { text: '80145138' })).rows;
    const before = await client.call('title/get', { titleId: title!.id });
    expect(before.languages.map(({ role }) => role)).toEqual(['original', 'dub', 'dub', 'dub', 'dub', 'dub']);
    const german = before.languages.find(({ language }) => language === ('de' as LanguageTag));
    expect(german?.shotCount).toBe(1);
    expect(before.shots[0]?.tracks).toHaveLength(6);

    const split = page.getByRole('combobox', { name: 'Split' });
    const other = title!.split === 'train' ? 'heldout' : 'train';
    await split.selectOption(other);
    await expect
      .poll(async () => (await client.call('title/get', { titleId: title!.id })).title.split)
      .toBe(other);
    await page.keyboard.press('Alt+1');
    await page.keyboard.press('u');
    await expect
      .poll(async () => (await client.call('title/get', { titleId: title!.id })).title.split)
      .toBe(title!.split);
  });
});
