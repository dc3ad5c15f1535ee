/** Findings that are older than a change to their title say so in a real Chromium, until checked or taken back. */
import { describe, expect, it } from 'vitest';
import { serveFilms } from '../main/serve/real-media.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const WORDS = "The title's tracks or offsets changed after its last check.";

describe.runIf(chromiumPath !== null)('a check that is older than a change', () => {
  it('is marked on the pair and on its title, and is made again from there', async () => {
    const films = await serveFilms({ mayChangeProject: false }, 1);
    const browser = await startBrowser();
    try {
      const { client } = films.served.host;
      const { jobId } = await client.call('check/start', {});
      const state = async (): Promise<string> => (await client.call('job/get', { jobId })).state;
      await expect.poll(state, { timeout: 60_000 }).toBe('succeeded');
      const page = await browser.newPage();
      const { troubles } = watchPage(page, films.served.running.origin);
      await openWindow(page, films.served.running.address);
      await page.keyboard.press('Alt+2');
      await page.getByRole('button', { name: /See and hear it/ }).waitFor();
      const line = page.getByText(WORDS);
      expect(await line.count()).toBe(0);
      const { titleId } = films;
      await client.call('alignment/set', { titleId, language: 'de', offsetMs: 40 });
      await line.waitFor();
      await page.keyboard.press('u');
      await line.waitFor({ state: 'hidden' });
      await page.keyboard.press('Shift+U');
      await line.waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('toolbar', { name: 'Playing' }).waitFor();
      await line.waitFor();
      if (process.env.DUBSCOPE_PICTURES) await page.screenshot({ path: process.env.DUBSCOPE_PICTURES });
      await page.keyboard.press('Alt+4');
      await page.getByRole('article', { name: 'Title A Film' }).waitFor();
      await line.waitFor();
      await page.getByRole('button', { name: 'Check again' }).click();
      await line.waitFor({ state: 'hidden', timeout: 60_000 });
      expect((await client.call('title/get', { titleId })).check).toMatchObject({ isStale: false });
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
      await films.close();
    }
  });
});
