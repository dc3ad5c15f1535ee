/**
 * Makes the pictures in docs/screens out of a real project in a real Chromium:
 *   npm run dubscope -- demo && node tools/bootstrap.mjs run tools/screens.ts demo-output/demo.dubscope
 * It changes nothing, but the project must not be open elsewhere.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { createHost } from '../main/host.ts';
import { serve } from '../main/serve.ts';
import { ensureBuilt } from '../main/window-build.ts';

const FOLDER = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const SIZE = { width: 1440, height: 860 };
const SETTLE_MS = 900;

/** Each screen: its page, and what to press there. */
const SCREENS: readonly { name: string; hash: string; prepare?: (page: Page) => Promise<void> }[] = [
  { name: 'overview', hash: '#/overview' },
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
  { name: 'titles', hash: '#/titles' },
  { name: 'import', hash: '#/import' },
  { name: 'runs', hash: '#/runs' },
  {
    name: 'evaluation',
    hash: '#/runs',
    prepare: async (page) => {
      await page.getByRole('heading', { name: 'Evaluation' }).evaluate((heading) => heading.scrollIntoView());
    },
  },
];

const [project] = process.argv.slice(2);
if (project === undefined) {
  process.stderr.write('Usage: tools/screens.ts <project>\n');
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
    await page.goto(`${running.origin}/${hash}`);
    await page.waitForTimeout(SETTLE_MS);
    await prepare?.(page).catch(() => {});
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
  }
  await page.close();
}
await browser.close();
await running.close();
await host.close();
