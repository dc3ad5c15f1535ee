/** The grid of pairs in a real Chromium, by keyboard: in two dimensions, chosen, decided, remembered, at any length. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasSharedMedia, REAL_DUBS } from '../fixtures/media.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';

describe.runIf(chromiumPath !== null)('the grid', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    served = await serveMadeProject(200);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    page.setDefaultTimeout(10_000);
    const { troubles } = watchPage(page, served.running.origin);
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+2');
    await at(1);
    await page.keyboard.press('g');
    await cards().first().waitFor();
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
    };
  });

  const cards = () => page.locator('[role="option"]:has(.card)');
  const at = (place: number): Promise<void> => page.getByText(`${place} of 800`, { exact: true }).waitFor();
  /** Cards beside each other in the first line. */
  const columns = (): Promise<number> =>
    cards().evaluateAll((all) => {
      const tops = all.map((one) => Math.round(one.getBoundingClientRect().top));
      return tops.filter((top) => top === Math.min(...tops)).length;
    });

  it('is gone through in two dimensions, and keeps what is shown in sight', async () => {
    const beside = await columns();
    expect(beside).toBeGreaterThan(1);
    await page.keyboard.press('ArrowRight');
    await at(2);
    await page.keyboard.press('ArrowDown');
    await at(2 + beside);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await at(1);
    await page.keyboard.press('End');
    await at(800);
    const last = page.locator('#pair-799');
    await last.waitFor();
    const inSight = await last.evaluate((one) => {
      const [card, list] = [
        one.getBoundingClientRect(),
        one.closest('[role="listbox"]')!.getBoundingClientRect(),
      ];
      return card.top >= list.top - 1 && card.bottom <= list.bottom + 1;
    });
    expect(inSight).toBe(true);
    expect(await last.getAttribute('aria-posinset')).toBe('800');
    // The page holds what is in sight and a little more.
    expect(await cards().count()).toBeLessThan(100);
  });

  it('selects lines, decides and takes back', async () => {
    const beside = await columns();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    const chosen = beside + 2;
    await page.getByText(`${chosen} pairs selected`, { exact: true }).waitFor();
    await page.keyboard.press('r');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    const rejected = async (): Promise<number> =>
      (await served.host.client.call('pair/count', {})).byState.rejected ?? 0;
    await expect.poll(rejected, { timeout: 10_000 }).toBe(chosen);
    await page.keyboard.press('u');
    await expect.poll(rejected, { timeout: 10_000 }).toBe(0);
  });

  it('is kept for the next time, and turned back by its button', async () => {
    await page.reload();
    await cards().first().waitFor();
    const button = page.getByRole('button', { name: 'Show as pictures' });
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await button.click();
    await cards().first().waitFor({ state: 'detached' });
    await page.getByRole('option').first().waitFor();
  });
});

describe.runIf(chromiumPath !== null && hasSharedMedia)('the grid of real dubs', () => {
  it('shows their pictures', { timeout: 240_000 }, async () => {
    const served = await serveMedia(REAL_DUBS, 'en');
    const browser = await startBrowser();
    try {
      const page = await (await browser.newContext()).newPage();
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+2');
      await page.locator('#pair-0').waitFor();
      await page.keyboard.press('g');
      const drawn = (): Promise<number> =>
        page
          .locator('.card img')
          .evaluateAll((all) => all.filter((one) => Number(Reflect.get(one, 'naturalWidth')) > 0).length);
      await expect.poll(drawn, { timeout: 20_000 }).toBeGreaterThan(3);
    } finally {
      await browser.close();
      await served.close();
    }
  });
});
