/** The window in a real Chromium: decided by keyboard alone, undone, and still there after a restart. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_SENTENCE, type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const TITLES = 200;

describe.runIf(chromiumPath !== null)('the window', () => {
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: string[];
  beforeAll(async () => {
    served = await serveMadeProject(TITLES);
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

  const counts = async (): Promise<Record<string, number>> =>
    (await served.host.client.call('pair/count', {})).byState;
  const status = () => page.locator('section[aria-label="Pairs"] [role="status"]');
  const selected = () => page.getByRole('option', { selected: true });
  const toPairs = async (): Promise<void> => {
    await page.keyboard.press('Alt+2');
    await status().getByText('1 of 800').waitFor();
    await page.locator('aside[aria-label="The selected pair"] h2').waitFor();
  };

  it('leaves no token in the address, and takes a reload', async () => {
    expect(page.url()).toBe(`${served.running.origin}/`);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.reload();
    await page.getByRole('heading', { name: 'films' }).waitFor();
  });

  it('says what the project holds', async () => {
    const holds = page.getByRole('list', { name: 'What the project holds' });
    await holds.getByText('800').waitFor();
    expect(await holds.innerText()).toMatch(/200\s+titles\s+400\s+shots\s+400\s+clips\s+800\s+pairs/);
    await page.getByRole('button', { name: 'suspect 1' }).click();
    await status().getByText('1 of 1').waitFor();
  });

  it('shows findings as sentences, markup in them as text', async () => {
    await toPairs();
    const panel = page.locator('aside[aria-label="The selected pair"]');
    await panel.getByText(HOSTILE_SENTENCE).waitFor();
    expect(await panel.locator('img').count()).toBe(0);
    await panel.getByText("Can't tell how French sits against the original").waitFor();
    await page.keyboard.press('ArrowDown');
    await panel.getByText('German sounds 23.4 ms earlier than the original').waitFor();
    expect(await selected().getAttribute('aria-label')).toContain('other level');
  });

  it('decides by keyboard, undoes, and keeps it over a restart', async () => {
    await toPairs();
    const before = await counts();
    for (const key of ['r', 'w', 'a', 'a']) await page.keyboard.press(key);
    await expect.poll(counts).toMatchObject({ rejected: 1, 'needs-work': 1, accepted: 2 });
    await status().getByText('5 of 800').waitFor();
    await page.keyboard.press('u');
    await expect.poll(counts).toMatchObject({ rejected: 1, 'needs-work': 1, accepted: 1 });
    await status().getByText('4 of 800').waitFor();

    const running = await served.restart();
    await openWindow(page, running.address);
    ({ troubles } = watchPage(page, running.origin));
    await toPairs();
    expect(await counts()).toMatchObject({ rejected: 1, 'needs-work': 1, accepted: 1 });
    await page.getByRole('button', { name: 'rejected 1' }).waitFor();
    for (const _ of [1, 2, 3]) await page.keyboard.press('u');
    await expect.poll(counts).toEqual(before);
    await page.getByText('Undone: Reject 1 pair.').first().waitFor();
    await page.keyboard.press('Shift+U');
    await expect.poll(counts).toMatchObject({ rejected: 1 });
    await page.keyboard.press('u');
    await expect.poll(counts).toEqual(before);
  });

  it('gives a reason along', async () => {
    await toPairs();
    await page.getByRole('textbox', { name: 'Why' }).fill('no speech at all');
    await page.getByRole('button', { name: 'Reject R' }).click();
    await status().getByText('2 of 800').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByText(/Rejected by hand on .*: no speech at all/).waitFor();
    await page.keyboard.press('u');
    await page.getByText('Not decided yet.').waitFor();
  });

  it('filters by name and by chips, with counts of what each would show', async () => {
    await toPairs();
    await page.keyboard.press('/');
    await page.keyboard.type('title00');
    await status().getByText('1 of 40').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'German 20' }).click();
    await status().getByText('1 of 20').waitFor();
    await page.getByRole('button', { name: 'French 20' }).waitFor();
    await page.keyboard.press('Escape');
    // The selected pair stays selected: it is the second of all.
    await status().getByText('2 of 800').waitFor();
  });

  it('keeps few rows in the page however many there are, and reads on when scrolled', async () => {
    await toPairs();
    await page.keyboard.press('End');
    await expect.poll(() => status().innerText()).toBe('800 of 800');
    await page.locator('#pair-799').getByText('title199').waitFor();
    await page.getByRole('listbox').evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
    await page.locator('#pair-400').getByText('title').first().waitFor();
    expect(await page.getByRole('option').count()).toBeLessThan(120);
  });

  it('decides as suggested in one step that one undo takes back', async () => {
    const before = await counts();
    await page.getByRole('button', { name: 'Decide as suggested' }).click();
    await page.getByText('Decided 800 pairs: 798 accepted, 1 rejected, 1 need work.').first().waitFor();
    expect(await counts()).toMatchObject({ accepted: 798, rejected: 1, 'needs-work': 1 });
    await page.getByRole('button', { name: 'Train ...' }).waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(counts).toEqual(before);
  });

  it('shows the keys it has', async () => {
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet.getByText('Reject the pair and go on').first().waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('says an error as a sentence with its code', async () => {
    await page.getByRole('button', { name: 'Import media ...' }).click();
    await page.getByRole('textbox', { name: /Folders or files/ }).fill('/nowhere');
    await page.getByRole('textbox', { name: /Original language/ }).fill('no language');
    await page.getByRole('button', { name: 'Show the plan' }).click();
    await page.getByText('"no language" is no language tag').first().waitFor();
    await page.getByText('LANG_INVALID').first().waitFor();
  });

  it('says when the host is gone', async () => {
    await served.restart();
    await page.getByText('Dubscope does not answer; trying again by itself').waitFor();
    expect(await page.getByText(/key is no longer good/).count()).toBe(0);
  });
});

describe.runIf(chromiumPath !== null)('a page from elsewhere', () => {
  it('can neither ask, nor listen, nor read, though it knows the port and a session is open', async () => {
    const served = await serveMadeProject(2);
    const browser = await startBrowser('MAP evil.test 127.0.0.1');
    const other = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<p>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const context = await browser.newContext();
      await openWindow(await context.newPage(), served.running.address);
      const stranger = await context.newPage();
      const { port } = served.running;
      const rebound = await stranger.goto(`http://evil.test:${port}/`);
      expect(rebound?.status()).toBe(421);
      // A page of another port of this machine, with no policy of its own: same site, so cookies are sent.
      await stranger.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
      const tried = await stranger.evaluate(async (target) => {
        const results: Record<string, unknown> = {};
        const attempt = async (name: string, init: RequestInit): Promise<void> => {
          results[name] = await fetch(`${target}/rpc/journal/undo`, init).then(
            (answer) => `${answer.type} ${answer.status}`,
            () => 'failed',
          );
        };
        const post = { method: 'POST', credentials: 'include', body: '{}' } as const;
        await attempt('json', {
          ...post,
          headers: { 'Content-Type': 'application/json', 'X-Dubscope': '1' },
        });
        await attempt('opaque', { ...post, mode: 'no-cors' });
        results.socket = await new Promise((resolve) => {
          const socket = new WebSocket(`${target.replace('http', 'ws')}/events`);
          socket.onopen = () => resolve('open');
          socket.onerror = () => resolve('failed');
        });
        return results;
      }, served.running.origin);
      expect(tried).toMatchObject({ json: 'failed', socket: 'failed' });
      expect((await served.host.client.call('journal/list', {})).rows.every((row) => !row.undone)).toBe(true);
    } finally {
      other.close();
      await browser.close();
      await served.close();
    }
  });
});
