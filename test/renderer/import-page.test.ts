/** The import page in a real Chromium, by keyboard, on real dubs: pattern, plan, a tag put right, files, report, going on. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../fixtures/media.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { AGAIN, chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const JOB_MS = 60_000;

describe.runIf(chromiumPath !== null && hasSharedMedia)('the import page', AGAIN, () => {
  let folder: string;
  let media: string;
  let browser: Browser;
  let served: ServedProject;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-import-page-'));
    media = join(folder, 'two shots');
    mkdirSync(media);
    for (const name of readdirSync(REAL_DUBS).filter((file) => file.startsWith('81056348_'))) {
      cpSync(join(REAL_DUBS, name), join(media, name));
    }
    cpSync(join(REAL_DUBS, '1532254_10_de.mp4'), join(media, 'lonely_1_de.mp4'));
    writeFileSync(join(media, 'broken_1_de.mp4'), 'no film at all');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    served = await serveMadeProject(0);
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(JOB_MS);
    ({ troubles } = watchPage(page, served.running.origin));
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+5');
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
      await served.close();
    };
  });

  const typePath = async (): Promise<void> => {
    await page.getByRole('textbox', { name: /Folders or files/ }).focus();
    await page.keyboard.type(media);
  };
  const plan = () => page.getByRole('region', { name: 'What would be made' });

  it('reads names as a pattern is typed, and says what is wrong with one', async () => {
    await typePath();
    await page.getByText('All 14 files fit.').waitFor();
    const pattern = page.getByRole('textbox', { name: /Patterns of your own/ });
    await pattern.focus();
    await page.keyboard.type('<title>_139_<lang>');
    await page.getByText('6 of 14 files fit; the others would be left over.').waitFor();
    await page.getByText('fits none of the patterns').first().waitFor();
    await page.getByRole('cell', { name: 'Japanese' }).waitFor();
    await pattern.fill('no field');
    await page.getByRole('alert').getByText('it has no field such as <title>').waitFor();
    expect((await served.host.client.call('job/list', {})).length).toBe(0);
  });

  it('shows the plan, takes a tag put right, imports, and reports what was refused', async () => {
    const before = treeHash(media);
    await typePath();
    await page.getByRole('textbox', { name: /Original language/ }).focus();
    await page.keyboard.type('en');
    await page.keyboard.press('Enter');
    await plan().getByText('13 files would make 1 title, 2 shots, ').waitFor();
    await plan().getByText('1 left over, 1 refused').waitFor();
    await plan().getByText('it has no dub beside the original').waitFor();
    await plan().getByText('MEDIA_UNKNOWN').waitFor();

    await page.getByRole('textbox', { name: 'Language of 81056348_114_it.mp4, track 1' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Portuguese');
    await page.keyboard.press('Enter');
    await plan().getByText('as you said').waitFor();
    // The plan is made anew with the tag; until then it cannot be begun.
    await page.getByRole('button', { name: 'Import 1 title', disabled: false }).press('Enter');
    await page.getByRole('button', { name: 'Check all titles' }).waitFor();
    const end = page.getByRole('region', { name: 'What the import came to' });
    await end.getByText('1 titles, 2 shots').waitFor();
    await end.getByText('broken_1_de.mp4', { exact: true }).waitFor();
    await end.getByText('lonely_1_de.mp4', { exact: true }).waitFor();
    await page.keyboard.press('Alt+j');
    await page
      .getByRole('list', { name: 'Jobs' })
      .getByRole('button', { name: 'Log' })
      .first()
      .press('Enter');
    const log = page.getByRole('list', { name: /^Log of Import/ });
    await log.getByText('decoding 14 files').waitFor();
    await log.getByText(/refused .*broken_1_de\.mp4 \[MEDIA_UNKNOWN\]/).waitFor();
    const { rows } = await served.host.client.call('title/list', {});
    expect(rows.map((title) => title.dubLanguages)).toEqual([['de', 'es', 'fr', 'it', 'ja', 'pt']]);
    expect(treeHash(media)).toBe(before);
  });

  it('shows each file, stops, offers to go on after a restart, and goes on', async () => {
    await typePath();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Import 1 title' }).press('Enter');
    await page.getByRole('list', { name: 'Files' }).getByText('81056348_114_de.mp4').waitFor();
    await page.getByRole('button', { name: 'Stop' }).first().press('Enter');
    await page.getByRole('button', { name: 'Import something else' }).waitFor();

    const running = await served.restart();
    ({ troubles } = watchPage(page, running.origin));
    await openWindow(page, running.address);
    await page.keyboard.press('Alt+5');
    const unfinished = page.getByRole('region', { name: 'An unfinished import' });
    await unfinished.getByText('did not end. It can go on').waitFor();
    await unfinished.getByRole('button', { name: 'Go on with it' }).press('Enter');
    await page.getByRole('button', { name: 'Check all titles' }).waitFor();
    expect((await served.host.client.call('project/summary', {})).titleCount).toBe(1);
    expect(await served.host.client.call('import/unfinished', {})).toBeNull();
  });

  it('says in a browser that a dropped file has no path', async () => {
    const data = await page.evaluateHandle<unknown>(
      "(() => { const t = new DataTransfer(); t.items.add(new File(['x'], 'film_1_de.mp4')); return t; })()",
    );
    await page.getByRole('region', { name: 'What to import' }).dispatchEvent('drop', { dataTransfer: data });
    await page.getByText('A browser does not say where a dropped file lies.').first().waitFor();
  });
});
