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

  /** Opens the first pair of a language that has a finding, as a person would filter it. */
  async function openPair(finding: string, language: string): Promise<void> {
    await page.keyboard.press('Alt+2');
    await page.getByRole('button', { name: /See and hear it/ }).waitFor();
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('Escape');
    for (const name of [finding, language])
      await page.getByRole('button', { name: new RegExp(`^${name} \\d`) }).press('Enter');
    const panel = page.getByRole('complementary', { name: 'The selected pair' });
    await poll(() => panel.textContent()).toMatch(new RegExp(`${language} dub[^]*${finding}`));
    await panel.getByRole('button', { name: /See and hear it/ }).press('Enter');
    await poll(() => side().textContent()).toMatch(new RegExp(`${language} dub[^]*${finding}`));
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

  it.each([
    [
      'same as another dub',
      'French',
      /^The same sound over time\. French is (9\d|100) % like Spanish on average, the other dubs of the shot [1-6]\d %; the same sound in 7\.\d of 7\.\d s\. 0:00\.0 to 0:07\.\d is found at the same place\.$/,
    ],
    [
      'same as original',
      'Italian',
      /^The same sound over time\. Italian is (9\d|100) % like the original \(English\) on average, .* the same sound in 7\.\d of 7\.\d s\./,
    ],
    [
      'original speech left over',
      'German',
      /^The same sound over time\. On average \d\d % of the original, music and effects included, can be heard in German; in the other dubs it is \d\d %\.$/,
    ],
    [
      'shares nothing',
      'Japanese',
      /^The same sound over time\. Japanese is \d(\.\d)? % like the original \(English\) on average, the other dubs of the shot [1-8]\d %; the same sound in 0\.\d of 10\.9 s\. None of it has a place there that stands out\.$/,
    ],
  ])('shows what the tracks share of "%s"', async (finding, language, words) => {
    await openPair(finding, language);
    await poll(() => pictureOf(finding).getAttribute('aria-label')).toMatch(words);
  });

  it('shows a foreign sound against where it comes from', async () => {
    const card = cardOf('shares nothing');
    const away = card.getByRole('button', { name: 'German in shot 12 of “81215414”' });
    await away.press('Enter');
    await poll(() => away.getAttribute('aria-pressed')).toBe('true');
    await poll(() => pictureOf('shares nothing').getAttribute('aria-label')).toMatch(
      /^The same sound over time\. Japanese is \d+(\.\d)? % like German in shot 12 of “81215414” on average; the same sound in \d\.\d of \d+\.\d s\. 0:0\d\.\d to 0:\d\d\.\d is found at the same place/,
    );
    const clock = page.getByRole('timer');
    expect(await card.locator('.place polygon').count()).toBeGreaterThan(0);
    await card
      .getByRole('button', { name: /^0:0\d\.\d – 0:\d\d\.\d$/ })
      .first()
      .press('Enter');
    await page.waitForTimeout(300);
    const box = (await pictureOf('shares nothing').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + 20);
    await poll(async () => Number((await clock.textContent())!.split(':')[1])).toBeCloseTo(10.9 / 2, 1);
    await page.mouse.move(box.x + box.width / 2, box.y + 21);
    await poll(() => card.textContent()).toMatch(/0:05\.\d\d: \d+(\.\d)? % alike, there at 0:05\.\d\d/);
  });

  it('shows spectrograms by a key, on the same axis, with pitch and level under the pointer', async () => {
    await openPair('sound drops out', 'German');
    await page.keyboard.press('s');
    await poll(() => page.getByRole('button', { name: 'Spectrograms' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    const lanes = page.getByRole('region', { name: 'Tracks' });
    const pictures = lanes.getByRole('img', { name: /^Spectrogram of / });
    await poll(() => pictures.count()).toBe(6);
    const german = lanes.getByRole('img', {
      name: /^Spectrogram of German, 60 to 7900 Hz, from −\d+ to −\d+ dBFS$/,
    });
    await german.waitFor();
    const box = (await german.boundingBox())!;
    const under = async (sec: number, height: number): Promise<string | null> => {
      await page.mouse.move(box.x + (sec / 10.969) * box.width, box.y + height * box.height);
      return lanes.getByRole('status').textContent();
    };
    const [dropout] = (await served.host.client.call('finding/list', { limit: 500 })).rows.filter(
      ({ code }) => code === 'dropout',
    );
    const atSec = Number(dropout!.numbers.atSec);
    await poll(async () => under(atSec + 0.25, 0.5)).toMatch(/^1\.\d\d kHz, nothing$/);
    await poll(async () => under(atSec - 0.1, 0.5)).toMatch(/^1\.\d\d kHz, −\d\d(\.5)? dBFS$/);
    await poll(async () => under(atSec - 0.1, 0.99)).toMatch(/^[67]\d Hz, −\d+(\.5)? dBFS$/);
    await poll(async () => under(atSec - 0.1, 0.005)).toMatch(/^7\.[6-9]\d kHz, /);

    // What is drawn is what is read: the hole is as dark as can be, the sound beside it is not.
    const light = (sec: number): Promise<number> =>
      german.evaluate(
        (
          canvas: {
            width: number;
            height: number;
            getContext(kind: '2d'): {
              getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
            };
          },
          share: number,
        ) => {
          const x = Math.round(share * canvas.width);
          const { data } = canvas.getContext('2d').getImageData(x, 0, 1, canvas.height);
          return data.filter((_, i) => i % 4 === 1).reduce((sum, green) => sum + green, 0) / canvas.height;
        },
        sec / 10.969,
      );
    expect(await light(atSec - 0.1)).toBeGreaterThan(2 * (await light(atSec + 0.25)));
    // Closer: the hole is where the axis says.
    await page.mouse.move(box.x + ((atSec + 0.25) / 10.969) * box.width, box.y + 10);
    for (let i = 0; i < 4; i += 1) {
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -100);
      await page.keyboard.up('Control');
    }
    await poll(async () => {
      await page.mouse.move(box.x + ((atSec + 0.25) / 10.969) * box.width, box.y + 11);
      return lanes.getByRole('status').textContent();
    }).toContain('nothing');

    // A dub can still be dragged in time.
    await page.keyboard.press('1');
    await page.mouse.move(box.x + 300, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 330, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await poll(() => side().textContent()).toContain('Not kept yet');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('f');
    await page.keyboard.press('s');
    await poll(() => pictures.count()).toBe(0);
  });

  it('says so where nothing is kept any more', async () => {
    await openPair('ends early', 'Italian');
    rmSync(join(served.folder, 'cache'), { recursive: true, force: true });
    await page.keyboard.press('v');
    await page.keyboard.press('v');
    await poll(() => cardOf('ends early').textContent()).toContain(
      'not kept any more; check the title again',
    );
    expect(troubles).toEqual([]);
  });
});
