/** What is behind findings, seen in a real Chromium on real dubs with planted faults, by keyboard. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSharedMedia } from '../fixtures/media.ts';
import type { ServedProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';
import { PLANTED, PLANTED_SHOTS, writePlanted } from './planted-dubs.ts';

/** A busy machine decodes and draws slowly. */
const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 15_000, ...options });

describe.runIf(chromiumPath !== null && hasSharedMedia)('what is behind a finding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-pictures-'));
  let served: ServedProject;
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let page: Page;
  let troubles: string[];
  beforeAll(async () => {
    await writePlanted(join(folder, 'media'), PLANTED_SHOTS, PLANTED);
    served = await serveMedia(join(folder, 'media'), 'en');
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    ({ troubles } = watchPage(page, served.running.origin));
    await openWindow(page, served.running.address);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const side = () => page.getByRole('complementary', { name: 'The pair' });
  const cardOf = (finding: string) => side().getByRole('article').filter({ hasText: finding });
  const pictureOf = (finding: string) => cardOf(finding).getByRole('img', { name: / over time\. / });

  /** Opens the first pair of a language that has a finding, from the list, as a person would filter it. */
  async function openPair(findingWord: string, language: string): Promise<void> {
    const { rows } = await served.host.client.call('pair/list', { order: 'suspicion' });
    const at = async (): Promise<boolean> => {
      const text = (await side().textContent()) ?? '';
      return text.includes(`${language} dub`) && text.includes(findingWord);
    };
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: /See and hear it/ }).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    for (let i = 0; i < rows.length && !(await at()); i += 1) {
      await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(250);
    }
    expect(await at()).toBe(true);
  }

  it('opens by V and shows where a dub drops out, with the numbers in words, and leads there', async () => {
    await openPair('sound drops out', 'German');
    await page.keyboard.press('v');
    await poll(() => pictureOf('sound drops out').getAttribute('aria-label')).toMatch(
      /^Levels over time\. German falls to digital silence in 1 place while the original is at −\d+(\.\d)? dBFS; what is below −\d+ dBFS counts as a gap\.$/,
    );
    const place = cardOf('sound drops out').getByRole('button', { name: /^0:\d+\.\d+, 500 ms$/ });
    const [, sec] = /^0:(\d+\.\d+),/.exec((await place.textContent())!.trim())!;
    await place.press('Enter');
    const clock = page.getByRole('timer');
    await poll(async () => Number((await clock.textContent())!.split(':')[1])).toBeCloseTo(
      Number(sec) - 0.5,
      1,
    );
    // The picture is where the finding says, within a pixel.
    const span = cardOf('sound drops out').locator('rect.span');
    const share = await span.evaluate(
      (rect: { getAttribute(name: string): string }) => Number(rect.getAttribute('x')) / 360,
    );
    expect(share * 10.97).toBeCloseTo(Number(sec), 1);
    // A click in the picture goes there.
    const box = (await pictureOf('sound drops out').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 20);
    await poll(async () => Number((await clock.textContent())!.split(':')[1])).toBeCloseTo(10.97 / 2, 1);
    await page.mouse.move(box.x + share * box.width + 4, box.y + 20);
    await poll(() => cardOf('sound drops out').textContent()).toMatch(/German digital silence, original −\d/);
  });

  it.each([
    [
      'other level',
      'Spanish',
      /^Levels over time\. Spanish is at −\d+(\.\d)? dBFS, the original at −\d+(\.\d)? dBFS: (1[89]|2[01])(\.\d)? dB apart on average, where 12 are taken as usual\.$/,
    ],
    [
      'silent',
      'Japanese',
      /Japanese is at −(79|80)(\.\d)? dBFS, the original at −\d+(\.\d)? dBFS\. What stays below −60 dBFS counts as silent\.$/,
    ],
    [
      'clipped',
      'French',
      /French reaches its ceiling of −0\.9 dBFS in \d+ places, at a mean level of −\d(\.\d)? dBFS\.$/,
    ],
    [
      'ends early',
      'Italian',
      /Italian has nothing for 3\.0\d s while the original is at −\d+(\.\d)? dBFS; it counts as heard above −55 dBFS\.$/,
    ],
  ])('shows the levels of "%s"', async (finding, language, words) => {
    await openPair(finding, language);
    // They stay open from pair to pair.
    await poll(() => pictureOf(finding).getAttribute('aria-label')).toMatch(words);
  });

  it('says so where nothing is kept any more', async () => {
    rmSync(join(served.folder, 'cache'), { recursive: true, force: true });
    await page.keyboard.press('v');
    await page.keyboard.press('v');
    await poll(() => cardOf('ends early').textContent()).toContain(
      'not kept any more; check the title again',
    );
    expect(troubles).toEqual([]);
  });
});
