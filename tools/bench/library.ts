/**
 * The window over a large project, in a real Chromium without a graphics card: opening, scrolling, filters. The peers, in
 * the same run, are the same window over 1,000 pairs, and for frames a page that draws nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ensureBuilt } from '../../main/window-build.ts';
import { makeProject } from './made-project.ts';
import { watchMemory } from './tree-memory.ts';

const CLI = fileURLToPath(new URL('../../main/cli.ts', import.meta.url));
const CHROMIUM = process.env.DUBSCOPE_CHROMIUM ?? '/usr/bin/chromium';
const PEER_PAIRS = 1000;
const MOVE_MS = 6000;
/** What takes longer is not waited for. */
const LONGEST_MS = 10_000;
/** A wheel turned fast, and a key held down. */
const WHEEL_PX = 400;
const WHEEL_EACH_MS = 16;
const KEY_EACH_MS = 33;

/** What the benchmark may be told. */
export type LibraryBenchOptions = { pairs: number; rounds: number; print: (line: string) => void };

type Say = (name: string, figure: string) => void;

/** Makes both projects, shows them, removes them. */
export async function benchLibrary({ pairs, rounds, print }: LibraryBenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-bench-'));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    await ensureBuilt('renderer');
    print(`a page that draws nothing: ${framesText(await emptyFrames(browser))}`);
    for (const size of [PEER_PAIRS, pairs]) {
      const project = join(folder, `of-${size}`);
      makeProject(project, size);
      print(`\n${size.toLocaleString('en')} pairs`);
      const say: Say = (name, figure) => print(`  ${name.padEnd(50)} ${figure}`);
      for (let round = 0; round < rounds; round += 1) {
        await measure(browser, project, say, round === rounds - 1);
      }
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(browser: Browser, project: string, say: Say, whole: boolean): Promise<void> {
  const startMs = performance.now();
  const served = await startServe(project);
  const servedMs = performance.now() - startMs;
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 860 } })).newPage();
  try {
    await page.goto(served.address);
    await page.waitForSelector('nav[aria-label="Pages"]');
    await page.keyboard.press('Alt+2');
    await rowsShown(page);
    say('host started, project served', `${servedMs.toFixed(0)} ms`);
    say(
      'first rows in the window, from the start of the host',
      `${(performance.now() - startMs).toFixed(0)} ms`,
    );
    const againMs = performance.now();
    await page.reload();
    await rowsShown(page);
    say('the window alone, opened again', `${(performance.now() - againMs).toFixed(0)} ms`);
    if (!whole) return;
    await scrolling(page, say);
    await jumps(page, say);
    await filters(page, say);
    say('memory of the host, at most', `${(served.peakBytes() / 2 ** 20).toFixed(0)} MB`);
  } finally {
    await page.context().close();
    served.child.kill('SIGTERM');
    await new Promise((resolve) => served.child.once('close', resolve));
  }
}

async function startServe(
  project: string,
): Promise<{ address: string; child: ChildProcess; peakBytes: () => number }> {
  const child = spawn(process.execPath, [CLI, 'serve', project], { stdio: ['ignore', 'pipe', 'inherit'] });
  const peakBytes = watchMemory(child.pid!);
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      const found = /http:\S+/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`serve ended: ${said}`)));
  });
  return { address, child, peakBytes };
}

/** What the page's own functions are; they run in the page, where each frame can be seen. */
const IN_PAGE = `
  window.bench = {
    isRead: (row) => row !== null && row.getAttribute('aria-label') !== 'being read',
    scroller: () => document.querySelector('[role="listbox"]'),
    frames: async (ms, each) => {
      const deltas = [];
      let lacking = 0;
      let last = await new Promise(requestAnimationFrame);
      const end = last + ms;
      while (last < end) {
        each?.();
        const now = await new Promise(requestAnimationFrame);
        deltas.push(now - last);
        last = now;
        if ([...document.querySelectorAll('[role="option"]')].some((row) => row.getAttribute('aria-label') === 'being read')) lacking += 1;
      }
      return { deltas, lacking };
    },
    /** From what \`act\` does until every row is read again; the list lets go of its rows at once. */
    rows: async (act) => {
      const start = performance.now();
      act();
      do await new Promise(requestAnimationFrame);
      while ([...document.querySelectorAll('[role="option"]')].some((row) => !bench.isRead(row)) && performance.now() - start < ${LONGEST_MS});
      return performance.now() - start;
    },
  };
`;

type Frames = { deltas: number[]; lacking: number };

async function emptyFrames(browser: Browser): Promise<Frames> {
  const page = await browser.newPage();
  await page.goto('data:text/html,<title>nothing</title>');
  await page.evaluate(IN_PAGE);
  const frames = (await page.evaluate(`bench.frames(${MOVE_MS})`)) as Frames;
  await page.close();
  return frames;
}

function framesText({ deltas, lacking }: Frames): string {
  const sorted = deltas.toSorted((a, b) => a - b);
  const sum = deltas.reduce((total, one) => total + one, 0);
  const late = deltas.filter((one) => one > 34).length;
  return [
    `${((1000 * deltas.length) / sum).toFixed(1)} frames/s`,
    `99th of 100 ${sorted[Math.floor(0.99 * (sorted.length - 1))]!.toFixed(1)} ms`,
    `longest ${sorted.at(-1)!.toFixed(0)} ms`,
    `${late} of ${deltas.length} over 34 ms`,
    `rows still being read in ${lacking}`,
  ].join(', ');
}

async function rowsShown(page: Page): Promise<void> {
  await page.waitForSelector('[role="option"]:not([aria-label="being read"])');
  await page.evaluate(IN_PAGE);
}

/** Frames while `move` goes on beside them. */
async function framesWhile(page: Page, move: () => Promise<void>): Promise<Frames> {
  const frames = page.evaluate(`bench.frames(${MOVE_MS})`) as Promise<Frames>;
  const endMs = performance.now() + MOVE_MS;
  while (performance.now() < endMs) await move();
  return frames;
}

async function scrolling(page: Page, say: Say): Promise<void> {
  const list = page.getByRole('listbox');
  const box = (await list.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  let down = WHEEL_PX;
  const wheel = await framesWhile(page, async () => {
    await page.mouse.wheel(0, down);
    await page.waitForTimeout(WHEEL_EACH_MS);
  });
  say('scrolling by wheel', framesText(wheel));
  down = -down;
  await page.evaluate('bench.scroller().scrollTop = 0');
  await list.focus();
  const key = await framesWhile(page, async () => {
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(KEY_EACH_MS);
  });
  say('arrow key held', framesText(key));
  const drag = (await page.evaluate(`(() => {
    const scroller = bench.scroller();
    const far = scroller.scrollHeight - scroller.clientHeight;
    const start = performance.now();
    return bench.frames(${MOVE_MS}, () => { scroller.scrollTop = far * ((performance.now() - start) / ${MOVE_MS}); });
  })()`)) as Frames;
  say('scroll bar dragged from end to end', framesText(drag));
}

async function jumps(page: Page, say: Say): Promise<void> {
  for (const [name, share] of [
    ['the middle', 0.5],
    ['the end', 1],
    ['three quarters', 0.75],
  ] as const) {
    const ms = (await page.evaluate(`bench.rows(() => {
      const scroller = bench.scroller();
      scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * ${share};
    })`)) as number;
    say(`rows at ${name}, from the jump`, `${ms.toFixed(0)} ms`);
  }
}

async function filters(page: Page, say: Say): Promise<void> {
  for (const [group, chip] of [
    ['Dub', 'French'],
    ['State', 'suspect'],
    ['Worst finding', 'fault'],
    ['Finding', 'silent'],
    ['Split', 'training'],
  ]) {
    for (const name of [`filter ${chip}`, `${chip} taken away`]) {
      const ms = (await page.evaluate(`bench.rows(() => {
        const chips = [...document.querySelectorAll('[aria-label="${group}"] button')];
        chips.find((one) => one.querySelector('.label').textContent === '${chip}').click();
      })`)) as number;
      say(`${name}, from the press to its rows`, `${ms.toFixed(0)} ms`);
      await page.waitForTimeout(300);
    }
  }
  await page.getByRole('searchbox').focus();
  const ms = (await page.evaluate(`bench.rows(() => {
    const field = document.querySelector('input[type="search"]');
    field.value = '0001';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  })`)) as number;
  say('part of a name, from the typing to its rows', `${ms.toFixed(0)} ms`);
}
