/**
 * The first start on a machine without ffmpeg and with an empty cache, in a real Chromium: it is offered, nothing happens
 * without a yes, and what is fetched works. The fetching itself is real; where no registry answers, that part says so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { pathWithout } from '../fixtures/path-without.ts';
import { type ServedProject, serveMadeProject } from '../main/serve/fixture.ts';
import { chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';

const isFfmpeg = (name: string): boolean => /^ff(mpeg|probe|play)/.test(name);
const isPython = (name: string): boolean => /^(python|pip|py)/.test(name);

describe.runIf(chromiumPath !== null && process.platform === 'linux')('the first start', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'dubscope-first-'));
  const cache = join(temporary, 'cache');
  let withPython: string;
  let served: ServedProject;
  let browser: Browser;
  let page: Page;
  let troubles: string[];
  beforeAll(async () => {
    const bare = pathWithout(join(temporary, 'bare'), (name) => isFfmpeg(name) || isPython(name));
    withPython = pathWithout(join(temporary, 'with-python'), isFfmpeg);
    browser = await startBrowser();
    served = await serveMadeProject(2);
    delete process.env.DUBSCOPE_FFMPEG;
    delete process.env.DUBSCOPE_FFPROBE;
    Object.assign(process.env, { DUBSCOPE_CACHE: cache, DUBSCOPE_ENGINE: 'wasm', PATH: bare });
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    ({ troubles } = watchPage(page, served.running.origin));
  });
  afterAll(async () => {
    expect(troubles).toEqual([]);
    await browser?.close();
    await served?.close();
    rmSync(temporary, { recursive: true, force: true });
  });

  const dialog = () => page.getByRole('dialog', { name: 'First start' });
  const jobs = () => served.host.client.call('job/list', {});

  it('names what is missing; without a yes nothing is fetched, and this tab is not asked again', async () => {
    expect(() => locateMediaTools()).toThrow('No ffmpeg');
    await openWindow(page, served.running.address);
    await dialog().getByText('ffmpeg and ffprobe').waitFor();
    await dialog().getByText(cache).waitFor();
    expect(await dialog().getByText('TensorFlow').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('link', { name: 'Pairs' }).click();
    await page.getByRole('listbox').waitFor();
    expect(await dialog().count()).toBe(0);
    expect(await jobs()).toEqual([]);
    expect(existsSync(join(cache, 'media-tools'))).toBe(false);
  });

  it('says in a sentence why it could not be had, and lets try again', async () => {
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await dialog().getByRole('button', { name: 'Download' }).press('Enter');
    await dialog().getByRole('alert').getByText('ffmpeg could not be fetched:').waitFor();
    expect(await dialog().getByRole('alert').innerText()).toMatch(/Python/i);
    await dialog().getByRole('button', { name: 'Try again' }).waitFor();
    expect((await jobs()).at(-1)).toMatchObject({
      kind: 'setup',
      state: 'failed',
      error: { code: 'TOOL_MISSING' },
    });
  });

  it('fetches it with progress, can be stopped, and what came works at once', async () => {
    process.env.PATH = withPython;
    const again = dialog().getByRole('button', { name: /Try again|Download/ });
    await again.press('Enter');
    await dialog().getByText('downloading ffmpeg and ffprobe').waitFor();
    await dialog().getByRole('progressbar').waitFor();
    await dialog().getByRole('button', { name: 'Stop' }).press('Enter');
    await expect.poll(async () => (await jobs()).at(-1)?.state, { timeout: 20_000 }).toBe('cancelled');
    await again.waitFor();
    expect(existsSync(join(cache, 'tools.json'))).toBe(false);

    await again.press('Enter');
    await expect
      .poll(async () => ['succeeded', 'failed'].includes((await jobs()).at(-1)?.state ?? ''), {
        timeout: 200_000,
      })
      .toBe(true);
    const job = (await jobs()).at(-1);
    if (job?.state === 'failed' && /download|network|registr/i.test(job.error.message)) {
      process.stderr.write(`NOT TESTED: fetching ffmpeg from the registries: ${job.error.message}\n`);
      return;
    }
    expect(job).toMatchObject({ state: 'succeeded', result: { ffmpeg: 'ffmpeg is here' } });
    const ready = page.getByRole('dialog', { name: 'Everything is here' });
    await ready.getByRole('button', { name: 'Begin' }).press('Enter');
    await ready.waitFor({ state: 'detached' });
    const { ffmpegPath, ffprobePath, origin } = locateMediaTools();
    expect([ffmpegPath.startsWith(cache), origin]).toEqual([true, 'package']);
    for (const program of [ffmpegPath, ffprobePath]) expect(spawnSync(program, ['-version']).status).toBe(0);
    // What was stopped has left nothing behind.
    expect(readdirSync(join(cache, 'tmp'))).toEqual([]);
  }, 300_000);
});
