/** Several pairs at once in a real Chromium, by keyboard: chosen, decided after a question, taken back; filters and views. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasSharedMedia, REAL_DUBS } from '../fixtures/media.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';

/** A busy machine is slow. */
const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 10_000, ...options });
const UNDECIDED = { accepted: 0, rejected: 0, 'needs-work': 0 };

describe.runIf(chromiumPath !== null)('several pairs', () => {
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
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(8000);
    const { troubles } = watchPage(page, served.running.origin);
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+2');
    await place().getByText('1 of 800').waitFor();
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
    };
  });

  const place = () => page.locator('section[aria-label="Pairs"] .head [role="status"]');
  const bar = () => page.getByRole('toolbar', { name: 'Selected pairs' });
  const chosen = () => page.getByRole('option', { selected: true });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const counts = async (): Promise<Record<string, number>> => {
    const { byState } = await served.host.client.call('pair/count', {});
    const { accepted = 0, rejected = 0, 'needs-work': work = 0 } = byState;
    return { accepted, rejected, 'needs-work': work };
  };
  /** Answers the question; keys go to the list again when it has gone. */
  const confirm = async (): Promise<void> => {
    await press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  };
  const ask = (name: string) => page.getByRole('alertdialog', { name });

  it('are chosen as a range and decided in one step, after a question that says of how many', async () => {
    await press('Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowUp');
    await bar().getByText('3 pairs selected').waitFor();
    expect(await chosen().count()).toBe(3);
    const titles = new Set(
      (await served.host.client.call('pair/list', { order: 'suspicion', limit: 3 })).rows.map(
        (pair) => pair.titleId,
      ),
    ).size;
    await press('r');
    await ask(`Reject 3 pairs of ${titles} titles?`).waitFor();
    expect(await counts()).toEqual(UNDECIDED);
    await page.keyboard.type('bad take');
    await confirm();
    await poll(counts).toEqual({ ...UNDECIDED, rejected: 3 });
    await bar().waitFor({ state: 'detached' });
    const { rows } = await served.host.client.call('pair/list', { filter: { states: ['rejected'] } });
    const { decision } = await served.host.client.call('pair/get', { pairId: rows[0]?.id ?? '' });
    expect(decision?.reason).toBe('bad take');
    await press('u');
    await poll(counts).toEqual(UNDECIDED);
  });

  it('are all of the filter, also those that were not read yet, and not what is outside it', async () => {
    await press('Control+a');
    await bar().getByText('800 pairs selected').waitFor();
    await press('Escape');
    await bar().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'German 400' }).click();
    await place().getByText('of 400').waitFor();
    await press('Control+a', 'a');
    await ask('Accept 400 pairs of 200 titles?').waitFor();
    // Escape leaves the question alone, not the selection or the filter.
    await press('Escape');
    await ask('Accept').waitFor({ state: 'detached' });
    expect(await counts()).toEqual(UNDECIDED);
    await bar().getByText('400 pairs selected').waitFor();
    await press('a');
    await ask('Accept 400 pairs').waitFor();
    await confirm();
    await poll(counts).toEqual({ ...UNDECIDED, accepted: 400 });
    const french = await served.host.client.call('pair/count', { filter: { languages: ['fr'] } });
    expect(french.byState.accepted ?? 0).toBe(0);
    await press('u');
    await poll(counts).toEqual(UNDECIDED);
  });

  it('are picked one by one, turned round, and have their decision cleared', async () => {
    await press(
      'Control+ArrowDown',
      'Control+ArrowDown',
      'Control+Space',
      'Control+ArrowDown',
      'Control+Space',
    );
    await bar().getByText('2 pairs selected').waitFor();
    await page.locator('#pair-5').click({ modifiers: ['Control'] });
    await bar().getByText('3 pairs selected').waitFor();
    await page.locator('#pair-5').click({ modifiers: ['Control'] });
    await press('Control+i');
    await bar().getByText('798 pairs selected').waitFor();
    await press('w');
    await ask('Mark as needing work: 798 pairs').waitFor();
    await confirm();
    await poll(counts).toEqual({ ...UNDECIDED, 'needs-work': 798 });
    await press('Home');
    await page.locator('#pair-9').click({ modifiers: ['Shift'] });
    await bar().getByText('10 pairs selected').waitFor();
    await bar().getByRole('button', { name: 'Clear decision' }).click();
    await ask('Clear the decision on 10 pairs').waitFor();
    await confirm();
    await poll(async () => (await counts())['needs-work']).toBeLessThan(798);
    await press('u');
    await poll(counts).toEqual({ ...UNDECIDED, 'needs-work': 798 });
    await press('u');
    await poll(counts).toEqual(UNDECIDED);
  });

  it('are let go by an arrow', async () => {
    await press('Control+a', 'ArrowDown');
    await place().getByText('2 of 800').waitFor();
    await bar().waitFor({ state: 'detached' });
    expect(await chosen().count()).toBe(1);
  });

  it('shows every filter in words, each of which can be taken away', async () => {
    await press('/');
    await page.keyboard.type('title00');
    await press('Escape');
    await page.getByRole('button', { name: 'German 20' }).click();
    const parts = page.getByRole('list', { name: 'Active filters' });
    await parts.getByText('dub: German').waitFor();
    await parts.getByRole('button', { name: 'Remove the filter name has "title00"' }).press('Enter');
    await place().getByText('of 400').waitFor();
    await parts.getByRole('button', { name: 'Remove the filter dub: German' }).press('Enter');
    await parts.waitFor({ state: 'detached' });
  });

  it('shows the dubs of a clip beside each other, and goes to one, out of the filter too', async () => {
    const dubs = page.getByRole('list', { name: 'Dubs of this clip' });
    const current = dubs.locator('[aria-current="true"]');
    await dubs.getByRole('button', { name: 'French, suspect, silent' }).waitFor();
    await dubs.getByRole('button', { name: 'German, open' }).press('Enter');
    await poll(() => current.getAttribute('aria-label')).toBe('German, open');
    await page.getByRole('button', { name: 'German 400' }).click();
    await place().getByText('of 400').waitFor();
    await dubs.getByRole('button', { name: 'French, suspect, silent' }).press('Enter');
    await place().getByText('1 of 800').waitFor();
    await poll(() => current.getAttribute('aria-label')).toBe('French, suspect, silent');
  });

  it('goes to what the checks found and nobody decided', async () => {
    await press('ArrowDown', 'ArrowDown', 'Shift+F8');
    await place().getByText('2 of 800').waitFor();
    await press('Shift+F8');
    await place().getByText('1 of 800').waitFor();
    await press('F8');
    await place().getByText('2 of 800').waitFor();
    await press('F8');
    await page.getByText('No undecided pair with a fault or a warning below.').first().waitFor();
    await place().getByText('2 of 800').waitFor();
  });

  it('keeps a filter under a name, takes it again, and removes it', async () => {
    const views = page.getByRole('button', { name: 'Views' });
    await page.getByRole('button', { name: 'French 400' }).click();
    await views.press('Enter');
    await page.getByRole('menuitem', { name: 'Save this filter ...' }).press('Enter');
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('all French');
    await press('Enter');
    await expect
      .poll(() => served.host.client.call('view/list', {}))
      .toMatchObject([{ name: 'all French', filter: { languages: ['fr'] } }]);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await press('Escape');
    await place().getByText('of 800').waitFor();
    await views.press('Enter');
    await page.getByRole('menuitem', { name: 'all French' }).press('Enter');
    await place().getByText('1 of 400').waitFor();
    await views.press('Enter');
    await page.getByRole('menuitem', { name: 'Remove' }).press('ArrowRight');
    await page.getByRole('menuitem', { name: 'all French' }).last().press('Enter');
    await expect.poll(() => served.host.client.call('view/list', {})).toEqual([]);
  });
});

describe.runIf(chromiumPath !== null && hasSharedMedia)('the list', () => {
  it('shows a still of each pair', async () => {
    const served = await serveMedia(REAL_DUBS, 'en');
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const { troubles } = watchPage(page, served.running.origin);
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+2');
      const still = page.locator('#pair-0 img');
      const width = () => still.evaluate((image: { naturalWidth: number }) => image.naturalWidth);
      await poll(width).toBeGreaterThan(40);
      expect(await still.getAttribute('alt')).toBe('');
      expect(troubles).toEqual([]);
    } finally {
      await browser.close();
      await served.close();
    }
  });
});
