/** Command palette, key sheet and changed keys in a real Chromium, by keyboard. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

describe.runIf(chromiumPath !== null)('the command palette and the keys', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: string[];
  beforeAll(async () => {
    served = await serveMadeProject(30);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(8000);
    ({ troubles } = watchPage(page, served.running.origin));
    await openWindow(page, served.running.address);
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
    };
  });

  const palette = () => page.getByRole('dialog', { name: 'Commands' });
  const rejected = async (): Promise<number> =>
    (await served.host.client.call('pair/count', {})).byState.rejected ?? 0;
  const toPairs = async (): Promise<void> => {
    await page.keyboard.press('Alt+2');
    await page.locator('aside[aria-label="The selected pair"] h2').waitFor();
  };

  it('does what the present page can, and nothing else', async () => {
    await page.keyboard.press('Control+k');
    await palette()
      .getByRole('option', { name: /^Titles/ })
      .waitFor();
    expect(
      await palette()
        .getByRole('option', { name: /Reject the pair/ })
        .count(),
    ).toBe(0);
    await page.keyboard.press('Escape');
    await palette().waitFor({ state: 'detached' });

    await toPairs();
    await page.keyboard.press('F1');
    await page.keyboard.type('reject go on');
    await palette()
      .getByRole('option', { name: /Reject the pair and go on/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await palette().waitFor({ state: 'detached' });
    await expect.poll(rejected).toBe(1);
    await page.keyboard.press('u');
    await expect.poll(rejected).toBe(0);
  });

  it('opens from a field, moves the focus where the command says, and finds titles by name', async () => {
    await toPairs();
    await page.keyboard.press('/');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('filter by name');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('TITLE017');
    await palette()
      .getByRole('option', { name: /title017/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Title title017' }).waitFor();
  });

  it('changes a key, names what it also means, keeps it over a reload, and takes it back', async () => {
    await page.keyboard.press('Control+,');
    const settings = page.getByRole('dialog', { name: 'Settings' });
    await settings
      .getByRole('button', { name: 'Change the key of: Reject the pair and go on' })
      .first()
      .press('Enter');
    await page.keyboard.press('a');
    await settings.getByRole('alert').getByText('A also means "Accept the pair and go on".').waitFor();
    await settings
      .getByRole('button', { name: 'Change the key of: Reject the pair and go on' })
      .first()
      .press('Enter');
    await page.keyboard.press('Control+d');
    await page.keyboard.press('Escape');
    await settings.waitFor({ state: 'detached' });
    await page.reload();
    await toPairs();
    await page.keyboard.press('r');
    await page.keyboard.press('Control+d');
    await expect.poll(rejected).toBe(1);
    await page.keyboard.press('u');
    await expect.poll(rejected).toBe(0);

    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet.getByText('Ctrl+D', { exact: true }).waitFor();
    await sheet.getByRole('button', { name: 'Change keys ...' }).press('Enter');
    await settings.getByRole('button', { name: 'Take back all changes' }).press('Enter');
    await settings.getByRole('combobox', { name: 'Keys like in' }).selectOption('mpv');
    await settings.getByRole('searchbox', { name: 'Find an action' }).fill('last two sounds');
    expect(await settings.getByRole('listitem').innerText()).toMatch(/Between the last two sounds\s+#/);
  });

  it('goes back to where one was: page, filter and pair', async () => {
    await toPairs();
    await page.getByRole('button', { name: /^German \d/ }).press('Space');
    const status = page.locator('section[aria-label="Pairs"] [role="status"]');
    await status.getByText('1 of 60').waitFor();
    await page.getByRole('listbox', { name: 'Pairs, worst first' }).focus();
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowDown');
    await status.getByText('4 of 60').waitFor();
    await page.goto('about:blank');
    await page.goto(`${served.running.origin}/`);
    await status.getByText('4 of 60').waitFor();
    expect(await page.evaluate('location.hash')).toBe('#/pairs');
    const chip = page.getByRole('button', { name: /^German \d/ });
    expect(await chip.getAttribute('aria-pressed')).toBe('true');
  });
});
