/** The main job's first half in a real Chromium on real dubs: imported, checked, looked at and decided in the window. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../fixtures/media.ts';
import { serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const JOB_MS = 60_000;

describe.runIf(chromiumPath !== null && hasSharedMedia)('the window on real dubs', () => {
  it('imports, checks, tells offsets in words, decides and undoes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dubscope-window-'));
    const media = join(folder, 'two shots');
    mkdirSync(media);
    for (const name of readdirSync(REAL_DUBS).filter((file) => file.startsWith('81056348_'))) {
      cpSync(join(REAL_DUBS, name), join(media, name));
    }
    const before = treeHash(media);
    const served = await serveMadeProject(0);
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const { troubles } = watchPage(page, served.running.origin);
      await openWindow(page, served.running.address);
      await page.getByText('The project is empty.').waitFor();

      await page.getByRole('button', { name: 'Import media ...' }).press('Enter');
      await page.getByRole('textbox', { name: /Folders or files/ }).focus();
      await page.keyboard.type(media);
      await page.keyboard.press('Control+Enter');
      await page.getByRole('button', { name: 'Import 1 title' }).press('Enter', { timeout: JOB_MS });
      await page.getByRole('button', { name: 'See the titles' }).waitFor({ timeout: JOB_MS });
      await page.keyboard.press('Alt+1');
      await page.getByText('Check them: offsets, silence').waitFor({ timeout: JOB_MS });
      await page.getByRole('button', { name: 'Check all titles' }).press('Enter');
      await page.getByRole('button', { name: 'Decide as suggested' }).waitFor({ timeout: JOB_MS });

      await page.keyboard.press('Alt+2');
      await page.getByRole('button', { name: /^Spanish \d/ }).press('Space');
      await page.getByText(/Spanish sounds 23\.\d ms earlier than the original/).waitFor();
      const counts = async (): Promise<Record<string, number>> =>
        (await served.host.client.call('pair/count', {})).byState;
      const undecided = await counts();
      await page.keyboard.press('a');
      await expect.poll(counts).toMatchObject({ accepted: 1 });
      await page.keyboard.press('u');
      await expect.poll(counts).toEqual(undecided);

      expect(troubles).toEqual([]);
      expect(treeHash(media)).toBe(before);
    } finally {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
