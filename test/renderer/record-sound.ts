/** Records, to the sample, what a page sends to the loudspeakers. Needs a browser context that bypasses the page's policy. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Rate of the recording, as the player's, Hz. */
export const RECORDED_RATE_HZ = 48_000;

/** Puts the recorder into every page before its own code runs. */
export async function installRecorder(page: Page): Promise<void> {
  await page.addInitScript({ path: join(import.meta.dirname, 'recorder.page.js') });
}

/** Waits until the recorder hears; the page must have made its sound device by then. */
export async function recorderReady(page: Page): Promise<void> {
  await page.waitForFunction('recorder.isReady');
}

/** What was recorded since it was ready: the left channel; where the recording itself missed something it is NaN. */
export async function readRecording(page: Page): Promise<Float32Array> {
  const bytes = Buffer.from(await page.evaluate<string>('recorder.read()'), 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
