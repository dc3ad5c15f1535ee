/** Curves of runs in a real Chromium: one run live, zoomed and smoothed; several compared and written out. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { curveLine, storeCurveRuns } from '../fixtures/curve-runs.ts';
import { serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const SLOW = { timeout: 15_000 };

describe.runIf(chromiumPath !== null)('curves in the window', () => {
  it('are drawn, zoomed by pointer and by key, remembered, compared and written out', {
    timeout: 120_000,
  }, async () => {
    const served = await serveMadeProject(2, { mayChangeProject: false }, (project) =>
      storeCurveRuns(project, { runs: 3, steps: 5000 }),
    );
    const browser = await startBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(10_000);
      const { troubles } = watchPage(page, served.running.origin);
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+3');
      const loss = page.getByRole('img', { name: 'Loss over the steps of the run' });
      await loss.locator('canvas').waitFor();
      for (const title of [
        'Held-out retrieval',
        'Language gap',
        'Learning rate',
        'Gradient norm',
        'Speed',
        'Waiting for data',
      ]) {
        await page.getByRole('img', { name: `${title} over the steps` }).waitFor();
      }
      await page.getByText(/^step 5,000 of 6,000/).waitFor();

      const box = (await loss.locator('.u-over').boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 });
      await page.mouse.up();
      const all = page.getByRole('button', { name: /Show all/ });
      await expect.poll(() => all.textContent(), SLOW).toMatch(/steps 1,2\d\d–2,[45]\d\d/);
      // Looked at closely: every step is there, so a value is that step's own.
      await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 50);
      await expect.poll(() => all.count(), SLOW).toBe(0);
      const group = page.getByRole('group', { name: /Curves: \+ and -/ });
      await group.press('+');
      await expect.poll(() => all.textContent(), SLOW).toContain('steps 1,250–3,750');
      await group.press('ArrowRight');
      await expect.poll(() => all.textContent(), SLOW).toContain('steps 1,875–4,375');
      await group.press('0');
      await expect.poll(() => all.count(), SLOW).toBe(0);

      // What is logged now is in the picture without a press.
      appendFileSync(join(served.folder, 'runs', 'run-3', 'metrics.jsonl'), curveLine(5001, 0));
      await served.host.client.call('run/describe', { runId: 'run-3', name: 'third' });
      await page.getByText(/^step 5,001 of 6,000/).waitFor();

      await page.getByRole('slider', { name: 'Smoothing' }).fill('0.9');
      await page.getByLabel('Log scale').check();
      await page.reload();
      await loss.locator('canvas').waitFor();
      expect(await page.getByRole('slider', { name: 'Smoothing' }).inputValue()).toBe('0.9');
      expect(await page.getByLabel('Log scale').isChecked()).toBe(true);
      await page.screenshot({
        path: process.env.DUBSCOPE_SHOTS ? `${process.env.DUBSCOPE_SHOTS}/one.png` : undefined,
        fullPage: true,
      });

      await page.getByRole('button', { name: /run-2/ }).press('Space');
      const table = page.getByRole('region', { name: 'Runs compared' });
      await table.getByRole('rowheader', { name: 'learningRate' }).waitFor();
      await table.getByRole('rowheader', { name: 'best R@1' }).waitFor();
      expect(await table.getByRole('rowheader', { name: 'batchSize' }).count()).toBe(0);
      await page.getByRole('checkbox', { name: 'Compare run-1' }).press('Space');
      await expect.poll(() => table.getByRole('columnheader').count(), SLOW).toBeGreaterThanOrEqual(4);
      const legend = page.getByRole('group', { name: 'Runs in the charts' });
      await legend.getByRole('button', { name: 'run-2' }).press('Enter');
      await expect
        .poll(() => legend.getByRole('button', { name: 'run-2' }).getAttribute('aria-pressed'))
        .toBe('false');
      await expect.poll(() => loss.locator('.u-legend').textContent(), SLOW).not.toContain('run-2');
      await page.screenshot({
        path: process.env.DUBSCOPE_SHOTS ? `${process.env.DUBSCOPE_SHOTS}/many.png` : undefined,
        fullPage: true,
      });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.screenshot({
        path: process.env.DUBSCOPE_SHOTS ? `${process.env.DUBSCOPE_SHOTS}/dark.png` : undefined,
        fullPage: true,
      });

      await page.getByRole('button', { name: 'Table as CSV' }).press('Enter');
      await page.getByText(/rows in exports\/runs\.csv/).waitFor();
      const text = readFileSync(join(served.folder, 'exports', 'runs.csv'), 'utf8');
      expect(text.split('\r\n')[0]).toBe(',run-3,run-2,run-1');
      expect(text).toMatch(/^learningRate,/m);
      await page.getByRole('button', { name: 'Curves as CSV' }).press('Enter');
      await page.getByText('15,001 rows in exports/curves.csv').waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
      await served.close();
    }
  });
});
