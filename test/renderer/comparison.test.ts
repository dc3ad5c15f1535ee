/** The comparison of two strategies in a real Chromium. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeSeeds } from '../core/evaluation/reproduction-examples.ts';
import { storeComparison } from '../fixtures/comparison.ts';
import { serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

describe.runIf(chromiumPath !== null)('the comparison in the window', () => {
  it('says what the command says, draws both heatmaps, and writes the report', {
    timeout: 60_000,
  }, async () => {
    const weak = { picture: 0.6, clip: 0.3, noise: 1, common: 0 };
    const seeds = await madeSeeds(weak, { ...weak, picture: 1.6 });
    const served = await serveMadeProject(2, { mayChangeProject: false }, (project) =>
      storeComparison(project, seeds),
    );
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(8000);
      const { troubles } = watchPage(page, served.running.origin);
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+3');
      await page.getByRole('tab', { name: 'Results' }).press('Enter');
      const comparison = page.getByRole('region', { name: 'With dubs or without' });
      await comparison.getByText("The paper's claim held here: over 3 seeds and 40 held-out clips").waitFor();
      const picture = comparison.getByRole('img', { name: 'Heatmaps of both trainings side by side' });
      await expect
        .poll(() => picture.evaluate((img: { naturalWidth: number }) => img.naturalWidth))
        .toBeGreaterThan(900);
      const first = await picture.getAttribute('src');
      await comparison.getByText('Gap', { exact: true }).press('Space');
      await expect.poll(() => picture.getAttribute('src')).not.toBe(first);
      await comparison.getByRole('button', { name: 'Write report' }).press('Enter');
      await comparison.getByRole('status').getByText('reproduction.html').waitFor();
      expect(existsSync(join(served.folder, 'exports', 'reproduction', 'reproduction.html'))).toBe(true);

      // From here a new run can begin, with the weights of this one.
      await page.getByRole('button', { name: 'Train again ...' }).press('Enter');
      await page.getByText(/Begins with the weights of run-dub-augmented-\d, at its step 450/).waitFor();
      await page.getByRole('button', { name: 'Not now' }).press('Enter');
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
      await served.close();
    }
  });
});
