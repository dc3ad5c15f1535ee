/** Heatmaps in a real Chromium: from a strange cell to the pair behind it, heard, by keyboard and by mouse. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { openProject } from '../../core/project/project.ts';
import { storeEvaluation } from '../fixtures/evaluation.ts';
import { hasSharedMedia, REAL_DUBS } from '../fixtures/media.ts';
import type { ServedProject } from '../main/serve/fixture.ts';
import { AGAIN, chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';

const ODD = { clipIndex: 5, language: 'es' };
const SHOTS = process.env.DUBSCOPE_SHOTS;

describe.runIf(chromiumPath !== null && hasSharedMedia)('insights', AGAIN, () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: readonly string[];
  beforeAll(async () => {
    served = await serveMedia(REAL_DUBS, 'en');
    const { client } = served.host;
    await client.call('project/close', {});
    const project = await openProject(served.folder, { program: 'test', clock: systemClock });
    await storeEvaluation(project, { id: 'eval-1', pull: 1, seed: 3 });
    await storeEvaluation(project, { id: 'eval-2', pull: 3, seed: 3, odd: ODD });
    project.close();
    await client.call('project/open', { folder: served.folder });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(15_000);
    troubles = watchPage(page, served.running.origin).troubles;
    await openWindow(page, served.running.address);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const cells = () => page.getByRole('gridcell');
  const cellOf = (words: RegExp) => page.getByRole('gridcell', { name: words }).first();
  const shot = async (name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };

  it('open on the newest evaluation, every cell telling its numbers', async () => {
    await page.keyboard.press('Alt+6');
    await page.getByRole('heading', { name: 'Insights' }).waitFor();
    const languages = (await served.host.client.call('evaluation/get', { evaluationId: 'eval-2' })).languages;
    await expect.poll(() => cells().count()).toBe(languages.length ** 2);
    const words = await cellOf(/^English \(en\) and Spanish/).getAttribute('aria-label');
    expect(words).toMatch(/same clip .*gap .*n = \d+ clips/);
    await shot('insights-languages');
  });

  it('leads by keyboard from a cell to its clips, the strange one first, and into the inspector', async () => {
    await cells().first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const spanish = cellOf(/^English \(en\) and Spanish/);
    const place = Number(await spanish.getAttribute('data-at'));
    for (let i = 1; i < place; i += 1) await page.keyboard.press('ArrowRight');
    expect(await spanish.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.getByRole('status').getByText('English (en) and Spanish (es)').waitFor();
    await page.keyboard.press('Enter');
    const list = page.getByRole('listbox', { name: 'Clips', exact: true });
    await list.getByRole('option').first().waitFor();
    const first = await list.getByRole('option').first().innerText();
    expect(first).toMatch(/−0\.\d{3}/);
    await page.keyboard.press('Tab');
    await shot('insights-cell');
    const heard = () => page.getByRole('button', { name: /^[123] ?(English|Spanish|Both)/ });
    const pressed = () => heard().evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed')));
    await expect.poll(pressed).toEqual(['false', 'true', 'false']);
    await page.keyboard.press('3');
    await expect.poll(pressed).toEqual(['true', 'true', 'true']);
    await page.keyboard.press('1');
    await expect.poll(pressed).toEqual(['true', 'false', 'false']);
    await list.focus();
    await page.keyboard.press('ArrowDown');
    expect(await list.getByRole('option').nth(1).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/inspect');
    await page
      .getByText(/Spanish/)
      .first()
      .waitFor();
  });

  it('subtracts another evaluation, and shows two side by side on one scale', async () => {
    await page.keyboard.press('Alt+6');
    await page.getByLabel('Against which evaluation').selectOption('eval-1');
    await page.getByRole('heading', { name: /eval-2 less eval-1/ }).waitFor();
    expect(await cellOf(/^English \(en\) and Spanish/).getAttribute('aria-label')).toMatch(
      /difference .*eval-2 .*eval-1 /,
    );
    await shot('insights-difference');
    await page.getByRole('group').getByText('Side by side', { exact: true }).click();
    await expect.poll(() => page.getByRole('grid').count()).toBe(2);
    const ticks = page.locator('.bar');
    expect(await ticks.nth(0).innerText()).toBe(await ticks.nth(1).innerText());
    await shot('insights-beside');
    await page.getByLabel('Against which evaluation').selectOption('');
    await expect.poll(() => page.getByRole('grid').count()).toBe(1);
  });

  it('has titles, retrieval and one clip by mouse, and saves what is shown', async () => {
    await page.getByRole('tab', { name: 'Retrieval' }).click();
    await cellOf(/R@1 /).waitFor();
    await page.getByRole('tab', { name: 'Titles' }).click();
    await page.getByRole('group').getByText('Lowest first', { exact: true }).click();
    await page.getByRole('group').getByText('Picture', { exact: true }).click();
    await shot('insights-titles');
    await page.getByRole('tab', { name: 'Picture and sound' }).click();
    await cellOf(/^the picture and Spanish/).click();
    const list = page.getByRole('listbox', { name: 'Clips', exact: true });
    await list.getByRole('option').first().waitFor();
    await page.getByRole('button', { name: 'All its sounds' }).click();
    await page.getByRole('heading', { name: 'One clip: its picture and its sounds' }).waitFor();
    await shot('insights-clip');
    await page.getByRole('button', { name: 'Save ...' }).click();
    await page.getByRole('menuitem', { name: /CSV/ }).click();
    await page
      .getByText(/heatmap-eval-2-clip-.*\.csv/)
      .first()
      .waitFor();
    const exported = await served.host.client.call('export/list', {});
    expect(exported.map(({ name }) => name).join()).toMatch(/heatmap-eval-2-clip-.*\.csv/);
    expect(troubles).toEqual([]);
  });
});
