/** A clip trimmed, split and given back in a real Chromium, by keyboard alone, over films that ffmpeg makes. */
import { describe, expect, it } from 'vitest';
import { serveFilms } from '../main/serve/real-media.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

/** A busy machine draws slowly. */
const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 10_000, ...options });

describe.runIf(chromiumPath !== null)('trimming and splitting a clip', () => {
  it('shows what is left, refuses what is too short, and is taken back by undo', async () => {
    const films = await serveFilms({ mayChangeProject: false }, 1);
    const browser = await startBrowser();
    try {
      const { client } = films.served.host;
      const windows = async (): Promise<number[][]> =>
        (await client.call('pair/list', {})).rows
          .map(({ timeWindow: { startSec, endSec } }) => [startSec, endSec])
          .toSorted((a, b) => a[0]! - b[0]!);
      const before = await windows();
      const [[, endSec]] = before as [[number, number]];
      const page = await browser.newPage();
      const { troubles } = watchPage(page, films.served.running.origin);
      await openWindow(page, films.served.running.address);
      await page.keyboard.press('Alt+2');
      await page.getByRole('button', { name: /See and hear it/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('toolbar', { name: 'Playing' }).waitFor();

      // The range that is looped is what a person means to keep.
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('i');
      await page.keyboard.press('c');
      const dialog = page.getByRole('dialog', { name: 'Trim or split the clip' });
      const from = dialog.getByRole('spinbutton', { name: 'From, s' });
      await poll(() => from.inputValue()).toBe('1');
      await from.fill(String(endSec - 0.5));
      await dialog.getByText('A clip needs 1 s.').waitFor();
      expect(await dialog.getByRole('button', { name: 'Trim' }).isDisabled()).toBe(true);
      await from.fill('0.5');
      await dialog.getByText(`Leaves ${endSec - 0.5} s.`).waitFor();
      if (process.env.DUBSCOPE_PICTURES) await page.screenshot({ path: process.env.DUBSCOPE_PICTURES });
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await poll(windows).toEqual([[0.5, endSec]]);

      await page.keyboard.press('c');
      await dialog.getByRole('spinbutton', { name: 'Split at, s' }).fill('1.75');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await poll(windows).toEqual([
        [0.5, 1.75],
        [1.75, endSec],
      ]);
      await poll(() => page.getByRole('complementary', { name: 'The pair' }).textContent()).toContain('1.8');

      await page.keyboard.press('u');
      await poll(windows).toEqual([[0.5, endSec]]);
      await page.keyboard.press('u');
      await poll(windows).toEqual(before);
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
      await films.close();
    }
  });
});
