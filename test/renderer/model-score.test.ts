/** Pairs by model score in a real Chromium: the order, the filter, and a new evaluation that comes while one looks. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeClipMeasures } from '../../core/evaluation/clip-measures.ts';
import type { Project } from '../../core/project/project.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

/** Scores of the first clips by language, falling: 0.9, 0.8 ... -0.9. */
function evaluate({ db, folder }: Pick<Project, 'db' | 'folder'>): void {
  const clipIds = db.prepare('SELECT id FROM clip ORDER BY id LIMIT 10').pluck().all() as string[];
  const clips = clipIds.map((clipId, i) => ({
    clipId,
    shot: 's',
    sameClip: null,
    otherClip: null,
    ranks: ['de', 'fr'].map((language, l) => ({
      language,
      isDub: true,
      videoToAudio: 1,
      audioToVideo: 1,
      similarity: (9 - 2 * i + l) / 10,
    })),
  }));
  mkdirSync(join(folder, 'evaluations', 'eval-1'), { recursive: true });
  writeFileSync(
    join(folder, 'evaluations', 'eval-1', 'clips.json'),
    encodeClipMeasures({ version: 1, clips }),
  );
  db.prepare("INSERT INTO evaluation VALUES ('eval-1', 'run-1', 1, 10, 1)").run();
}

describe.runIf(chromiumPath !== null)('the model score', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: readonly string[];
  beforeAll(async () => {
    served = await serveMadeProject(20, { mayChangeProject: false }, evaluate);
    browser = await startBrowser();
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    troubles = watchPage(page, served.running.origin).troubles;
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+2');
    await page.getByText('1 of 80', { exact: true }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const scores = (): Promise<string[]> =>
    page
      .locator('[role="option"] .number')
      .evaluateAll((all) => all.map((one) => (one.textContent ?? '').trim()));

  it('sorts the list, least alike first, those without one behind', async () => {
    await page.getByLabel('Order').selectOption('least alike to the model first');
    await page.getByRole('listbox', { name: 'Pairs, least alike first' }).waitFor();
    await expect
      .poll(async () => (await scores()).slice(0, 4), { timeout: 10_000 })
      .toEqual(['−0.90', '−0.80', '−0.70', '−0.60']);
    await page.getByText('Model score').getByText('−0.90').waitFor();
    // Twenty have a score, the next has none.
    expect((await scores())[20]).toBe('none');
  });

  it('puts what the checks suspect and what surprises the model together', async () => {
    await page.getByLabel('Order').selectOption('listen');
    await page.getByRole('listbox', { name: 'Pairs, most worth a listen first' }).waitFor();
    const { rows } = await served.host.client.call('pair/list', { order: 'listen', limit: 4 });
    const wanted = rows.map(({ modelScore }) => modelScore?.toFixed(2).replace('-', '−') ?? 'none');
    await expect.poll(async () => (await scores()).slice(0, 4), { timeout: 10_000 }).toEqual(wanted);
    await page.getByLabel('Order').selectOption('score');
    await page.getByRole('listbox', { name: 'Pairs, least alike first' }).waitFor();
  });

  it('filters it, with the part above the list that takes it away', async () => {
    await page.getByLabel('Model score at most').fill('-0.5');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 5', { exact: true }).waitFor();
    await page.getByText('model score ≤ -0.5').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('of 80', { exact: false }).first().waitFor();
    await page.getByLabel('Order').selectOption('worst first');
    await page.getByRole('listbox', { name: 'Pairs, worst first' }).waitFor();
    expect(troubles).toEqual([]);
  });
});
