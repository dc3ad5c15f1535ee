/** Language, role and offset of many dubs in a real Chromium, by keyboard: told beforehand, done, taken back, done again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 15_000, ...options });

describe.runIf(chromiumPath !== null)('what is said of many dubs', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    // 20 titles of two shots with a German and a French dub: 80 pairs.
    served = await serveMadeProject(20);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(10_000);
    const { troubles } = watchPage(page, served.running.origin);
    await openWindow(page, served.running.address);
    await page.keyboard.press('Alt+2');
    await page.getByText('1 of 80', { exact: true }).waitFor();
    return async () => {
      expect(troubles).toEqual([]);
      await page.context().close();
    };
  });

  const told = () => page.getByRole('status', { name: 'What it would change' });
  const dialog = () => page.getByRole('dialog', { name: /Say of the dubs/ });
  const languages = async (): Promise<Record<string, number>> =>
    (await served.host.client.call('pair/count', {})).byLanguage;
  const closed = (): Promise<void> => dialog().waitFor({ state: 'detached' });

  it('a language, of all that a filter takes, once it was told what that changes', async () => {
    await page.getByRole('button', { name: 'German 40' }).click();
    await page.getByText('1 of 40', { exact: true }).waitFor();
    await page.keyboard.press('Control+a');
    await page.getByRole('toolbar', { name: 'Selected pairs' }).getByText('40 pairs selected').waitFor();
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Say of the dubs of 40 pairs' }).waitFor();
    await page.getByLabel('Language', { exact: true }).fill('French');
    await told().getByText('Nothing would change: 40 pairs of 20 titles were chosen.').waitFor();
    await told()
      .getByText(/40 tracks stay: the shot has another one in that language/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Change them' }).isDisabled()).toBe(true);
    await page.getByLabel('Language', { exact: true }).fill('Dutch');
    await told().getByText('40 tracks would change; 40 pairs of 20 titles were chosen.').waitFor();
    await told().getByText('German -> Dutch: 40').waitFor();
    expect(await languages()).toEqual({ de: 40, fr: 40 });
    await page.keyboard.press('Enter');
    await closed();
    await page.getByText('40 tracks changed', { exact: false }).first().waitFor();
    expect(await languages()).toEqual({ nl: 40, fr: 40 });
    await page.keyboard.press('u');
    await poll(languages).toEqual({ de: 40, fr: 40 });
    await page.keyboard.press('Control+Shift+Z');
    await poll(languages).toEqual({ nl: 40, fr: 40 });
    await page.keyboard.press('u');
    await poll(languages).toEqual({ de: 40, fr: 40 });
  });

  it('a shift of the selected pair, which holds for its title, and not when nothing is known', async () => {
    const { rows } = await served.host.client.call('pair/list', { order: 'suspicion', limit: 1 });
    const { titleId, language } = rows[0]!;
    await served.host.client.call('alignment/set', { titleId, language, offsetMs: 12.5 });
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Say of the dubs of 1 pair', exact: true }).waitFor();
    await page.getByLabel('That', { exact: true }).selectOption('they are heard so much later than now');
    await page.getByLabel('Later by, ms').fill('-40');
    await told().getByText('12.5 ms -> -27.5 ms: 1').waitFor();
    await told()
      .getByText('1 pair that was not chosen goes along: an offset holds for the whole title.')
      .waitFor();
    await page.keyboard.press('Enter');
    await closed();
    const { alignment } = await served.host.client.call('pair/get', { pairId: rows[0]!.id });
    expect(alignment).toMatchObject({ offsetMs: -27.5, source: 'person' });
    await served.host.client.call('alignment/set', { titleId, language, offsetMs: null });
    await page.keyboard.press('e');
    await page.getByLabel('That', { exact: true }).selectOption('they are heard so much later than now');
    await page.getByLabel('Later by, ms').fill('7');
    await told()
      .getByText(/1 title's dub stays: no offset is known/)
      .waitFor();
    await page.keyboard.press('Escape');
    await closed();
  });

  it('a role that is no dub, which takes the pairs away until it is undone', async () => {
    await page.getByRole('searchbox').fill('title000');
    await page.getByText('1 of 4', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('e');
    await page.getByLabel('That', { exact: true }).selectOption('they are something else');
    await page.getByLabel('Role', { exact: true }).selectOption('commentary');
    await told().getByText('4 pairs would go: their tracks are no dubs then.', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Change them' }).click();
    await closed();
    await poll(async () => (await served.host.client.call('pair/count', {})).total).toBe(76);
    await page.keyboard.press('u');
    await poll(async () => (await served.host.client.call('pair/count', {})).total).toBe(80);
  });
});
