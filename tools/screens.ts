/**
 * Makes the pictures in docs/screens out of a real project in a real Chromium:
 *   npm run dubscope -- demo && node tools/bootstrap.mjs run tools/screens.ts demo-output/demo.dubscope
 * It changes nothing but the plan of the last look, but the project must not be open elsewhere. Names of screens after
 * the project: only those are made.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { createHost } from '../main/host.ts';
import { serve } from '../main/serve.ts';
import { ensureBuilt } from '../main/window-build.ts';

const FOLDER = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const SIZE = { width: 1440, height: 860 };
const SETTLE_MS = 900;
/** What the import page is shown with: some files of the demo corpus, as they are named from the root of the checkout. */
const DEMO = fileURLToPath(new URL('../demo/media/', import.meta.url));
const MEDIA = readdirSync(DEMO)
  .filter((name) => /^(amber-road|blue-harbour)_0[12]\./.test(name))
  .map((name) => join('demo/media', name));

/** Each screen: its page, and what to press there. */
const SCREENS: readonly { name: string; hash: string; prepare?: (page: Page) => Promise<void> }[] = [
  {
    name: 'overview',
    hash: '#/overview',
    // Where the project lies on the machine that the pictures are made on is no part of the picture.
    prepare: (page) =>
      page
        .locator('main p.mono')
        .first()
        .evaluate((line) => {
          line.textContent = '~/films/demo.dubscope';
        }),
  },
  { name: 'pairs', hash: '#/pairs' },
  {
    name: 'inspect',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Enter');
      await page.waitForTimeout(SETTLE_MS);
      await page.keyboard.press('[');
    },
  },
  {
    name: 'fit',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Enter');
      await page.waitForTimeout(SETTLE_MS);
      await page.keyboard.press('v');
    },
  },
  {
    name: 'spectrum',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Enter');
      for (const key of ['s', 'v']) {
        await page.waitForTimeout(SETTLE_MS);
        await page.keyboard.press(key);
      }
    },
  },
  {
    name: 'several',
    hash: '#/pairs',
    prepare: async (page) => {
      for (const key of ['Shift+ArrowDown', 'Shift+ArrowDown', 'r']) await page.keyboard.press(key);
    },
  },
  {
    name: 'change',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Control+a');
      await page.keyboard.press('e');
      await page.getByRole('textbox', { name: 'Language' }).fill('Portuguese');
    },
  },
  {
    name: 'export',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Control+e');
    },
  },
  { name: 'titles', hash: '#/titles' },
  {
    name: 'import',
    hash: '#/import',
    prepare: async (page) => {
      await page.getByRole('textbox', { name: /Folders or files/ }).fill(MEDIA.join('\n'));
      await page.getByText(/files? fit/).waitFor();
      await page.getByRole('button', { name: 'Show the plan' }).click();
      await page.getByRole('heading', { name: 'The plan' }).waitFor();
    },
  },
  {
    name: 'palette',
    hash: '#/pairs',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('pair');
    },
  },
  {
    name: 'settings',
    hash: '#/titles',
    prepare: async (page) => {
      await page.keyboard.press('Control+,');
    },
  },
  {
    name: 'keys',
    hash: '#/titles',
    prepare: async (page) => {
      await page.keyboard.press('?');
    },
  },
  { name: 'runs', hash: '#/runs' },
  {
    name: 'evaluation',
    hash: '#/runs',
    prepare: async (page) => {
      await page.getByRole('tab', { name: 'Results' }).click();
      await page.getByRole('heading', { name: 'Evaluation' }).evaluate((heading) => heading.scrollIntoView());
    },
  },
  // The last one: the look is kept.
  {
    name: 'grid',
    hash: '#/pairs',
    prepare: (page) => page.keyboard.press('g'),
  },
];

const [project, ...names] = process.argv.slice(2);
if (project === undefined) {
  process.stderr.write('Usage: tools/screens.ts <project> [screen ...]\n');
  process.exit(2);
}

const host = createHost({ program: 'the screenshots' });
await host.client.call('project/open', { folder: resolve(project) });
const running = await serve({
  host,
  policy: { mayChangeProject: false },
  windowFolder: await ensureBuilt('renderer'),
  port: 0,
});
const browser = await chromium.launch({
  executablePath: process.env.DUBSCOPE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
mkdirSync(FOLDER, { recursive: true });
for (const colorScheme of ['dark', 'light'] as const) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme });
  await page.goto(running.address);
  await page.waitForSelector('nav[aria-label="Pages"]');
  for (const { name, hash, prepare } of SCREENS) {
    if (names.length > 0 && !names.includes(name)) continue;
    // What the screen before has opened.
    await page.keyboard.press('Escape');
    await page.goto(`${running.origin}/${hash}`);
    await page.waitForTimeout(SETTLE_MS);
    await prepare?.(page).catch((error: unknown) => {
      process.stderr.write(`${name}: ${String(error)}\n`);
    });
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
  }
  await page.close();
}
await browser.close();
await running.close();
await host.close();
