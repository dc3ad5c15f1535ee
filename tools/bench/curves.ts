/**
 * Curves of many long runs in a real Chromium without a graphics card: the first picture, hovering, zooming, moving. The
 * peer for frames, in the same run, is a page that draws nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { systemClock } from '../../core/clock.ts';
import { createProject } from '../../core/project/project.ts';
import { createHost } from '../../main/host.ts';
import { serve } from '../../main/serve.ts';
import { ensureBuilt } from '../../main/window-build.ts';
import { storeCurveRuns } from '../../test/fixtures/curve-runs.ts';

const CHROMIUM = process.env.DUBSCOPE_CHROMIUM ?? '/usr/bin/chromium';
const MOVE_MS = 4000;
const KEY_EACH_MS = 400;
const HOVER_EACH_MS = 8;
const LONGEST_MS = 60_000;

/** What the benchmark may be told. */
export type CurvesBenchOptions = { runs: number; steps: number; print: (line: string) => void };

const IN_PAGE = `
  window.benchFrames = async (ms) => {
    const deltas = [];
    let last = await new Promise(requestAnimationFrame);
    const end = last + ms;
    while (last < end) {
      const now = await new Promise(requestAnimationFrame);
      deltas.push(now - last);
      last = now;
    }
    return deltas;
  };
`;

/** Makes the runs, shows them, removes them. */
export async function benchCurves({ runs, steps, print }: CurvesBenchOptions): Promise<void> {
  const temporary = mkdtempSync(join(tmpdir(), 'dubscope-bench-'));
  const folder = join(temporary, 'curves.dubscope');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const windowFolder = await ensureBuilt('renderer');
    const project = createProject(folder, { program: 'bench', clock: systemClock });
    storeCurveRuns(project, { runs, steps });
    project.close();
    print(`${runs} runs of ${steps.toLocaleString('en')} steps`);
    const host = createHost({ program: 'bench' });
    await host.client.call('project/open', { folder });
    const running = await serve({
      host,
      policy: { mayChangeProject: false },
      windowFolder,
      port: 0,
      addressFolder: join(temporary, 'run'),
    });
    const say = (name: string, figure: string): void => print(`  ${name.padEnd(52)} ${figure}`);
    try {
      const list = await timed(() => host.client.call('run/list', {}));
      say('run/list', `${list.toFixed(1)} ms`);
      const runIds = Array.from({ length: runs }, (_, i) => `run-${i + 1}`);
      const ask = { runIds, points: 750 };
      say(
        'run/curves of all, read for the first time',
        `${(await timed(() => host.client.call('run/curves', ask))).toFixed(0)} ms`,
      );
      say(
        'run/curves of all, again',
        `${(await timed(() => host.client.call('run/curves', ask))).toFixed(0)} ms`,
      );
      await inWindow(browser, running.address, runs, say);
    } finally {
      await running.close();
      await host.close();
    }
  } finally {
    await browser.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

async function inWindow(
  browser: Browser,
  address: string,
  runs: number,
  say: (name: string, figure: string) => void,
): Promise<void> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 860 } })).newPage();
  page.setDefaultTimeout(LONGEST_MS);
  await page.goto('data:text/html,<title>nothing</title>');
  await page.evaluate(IN_PAGE);
  say('frames of a page that draws nothing', framesText(await framesOf(page)));
  await page.goto(address);
  await page.waitForSelector('nav[aria-label="Pages"]');
  await page.evaluate(IN_PAGE);
  await page.keyboard.press('Alt+3');
  for (let run = 1; run < runs; run += 1) {
    await page.getByRole('checkbox', { name: `Compare run-${run}`, exact: true }).check();
  }
  const last = page.getByRole('checkbox', { name: `Compare run-${runs}`, exact: true });
  const first = await timed(async () => {
    await last.check();
    await page
      .locator('.legend .entry')
      .nth(runs - 1)
      .waitFor();
    await page.evaluate(IN_PAGE);
  });
  say('charts of all runs, from the choice of the last one', `${first.toFixed(0)} ms`);
  await moving(page, say);
}

async function moving(page: Page, say: (name: string, figure: string) => void): Promise<void> {
  const over = (await page.locator('.u-over').first().boundingBox())!;
  let at = 0;
  const hover = await framesWhile(page, async () => {
    at = (at + 7) % over.width;
    await page.mouse.move(over.x + at, over.y + 60);
    await page.waitForTimeout(HOVER_EACH_MS);
  });
  say('hovering, crosshair in all charts', framesText(hover));
  const group = page.getByRole('group', { name: /Curves: \+ and -/ });
  const shown = page.getByRole('button', { name: /Show all/ });
  const zoom = await timed(async () => {
    const answered = page.waitForResponse(
      (answer) => answer.url().includes('curves') || answer.request().method() === 'POST',
    );
    await group.press('+');
    await shown.waitFor();
    await answered;
    await page.evaluate('new Promise(requestAnimationFrame)');
  });
  say('zoom, from the key to the finer curves', `${zoom.toFixed(0)} ms`);
  const keys = ['ArrowRight', '+', 'ArrowLeft', '-'];
  let key = 0;
  const pan = await framesWhile(page, async () => {
    await group.press(keys[key++ % keys.length]!);
    await page.waitForTimeout(KEY_EACH_MS);
  });
  say('zooming and moving by key, each with its refetch', framesText(pan));
}

async function framesOf(page: Page): Promise<number[]> {
  return (await page.evaluate(`benchFrames(${MOVE_MS})`)) as number[];
}

/** Frames while `move` goes on beside them. */
async function framesWhile(page: Page, move: () => Promise<void>): Promise<number[]> {
  const frames = framesOf(page);
  const endMs = performance.now() + MOVE_MS;
  while (performance.now() < endMs) await move();
  return frames;
}

function framesText(deltas: readonly number[]): string {
  const sorted = deltas.toSorted((a, b) => a - b);
  const sum = deltas.reduce((total, one) => total + one, 0);
  const late = deltas.filter((one) => one > 34).length;
  return `${((1000 * deltas.length) / sum).toFixed(1)} frames/s, longest ${sorted.at(-1)!.toFixed(0)} ms, ${late} of ${deltas.length} over 34 ms`;
}
