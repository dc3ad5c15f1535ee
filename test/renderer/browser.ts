/** A real Chromium for end-to-end tests, and a loud word where there is none. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env.DUBSCOPE_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of a Chromium, or null. Says so once where there is none: a skipped test must not look like a pass. */
export const chromiumPath = CANDIDATES.find((path) => path !== '' && existsSync(path)) ?? null;
if (chromiumPath === null) process.stderr.write('NOT TESTED in a browser: no chromium was found.\n');

/** For tests that live by the clock, with sound or jobs of many seconds: a machine that stalls gets a second try, no third. */
export const AGAIN = { retry: 1 };

/** Starts it, headless. `hostRules`: names that lead elsewhere, as Chromium's --host-resolver-rules has them. */
export function startBrowser(hostRules = ''): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(hostRules === '' ? [] : [`--host-resolver-rules=${hostRules}`]),
    ],
  });
}

/** Notes everything that must not happen on a page: broken policy, uncaught errors, requests to elsewhere. */
export function watchPage(page: Page, origin: string): { troubles: string[] } {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/i.test(message.text())) troubles.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('blob:')) troubles.push(`request to ${url}`);
  });
  return { troubles };
}

/** Opens a printed address and waits until the window is there. */
export async function openWindow(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForSelector('nav[aria-label="Pages"]');
}
