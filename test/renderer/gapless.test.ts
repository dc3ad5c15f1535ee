/** Switching between six languages while they play, measured on what Chromium sends to the loudspeakers. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGAIN, chromiumPath, openWindow, startBrowser } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';
import { installRecorder, RECORDED_RATE_HZ, readRecording, recorderReady } from './record-sound.ts';
import {
  bedOf,
  lastPlay,
  longestGapMs,
  mean,
  placeOf,
  rms,
  tonePower,
  type Voice,
  writeVoice,
} from './voices.ts';

const LENGTH_SEC = 26;
/** One voice a language: a tone that tells it, its level, and how late it is against the bed that all share. */
const VOICES: readonly Voice[] = [
  { language: 'en', toneHz: 3000, level: 0.5, lateMs: 0 },
  { language: 'de', toneHz: 3500, level: 0.25, lateMs: 23 },
  { language: 'es', toneHz: 4000, level: 0.7, lateMs: -41 },
  { language: 'fr', toneHz: 4500, level: 0.5, lateMs: 0 },
  { language: 'it', toneHz: 5000, level: 0.35, lateMs: 120 },
  { language: 'ja', toneHz: 5500, level: 0.6, lateMs: 7 },
];
/** How long each is heard before the next key, ms: over both borders of the chunks that sound is fetched in. */
const HEARD_MS = 900;
/** Longest gap and greatest jump in time that are allowed, ms. */
const MOST_GAP_MS = 10;
const MOST_JUMP_MS = 5;

describe.runIf(chromiumPath !== null)('switching languages while they play', AGAIN, () => {
  it('goes on at the same instant, without a gap, at the same level', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dubscope-gapless-'));
    const media = join(folder, 'media');
    const bed = bedOf(LENGTH_SEC * RECORDED_RATE_HZ);
    mkdirSync(media);
    for (const voice of VOICES) await writeVoice(folder, media, voice, bed);
    const served = await serveMedia(media, 'en');
    const browser = await startBrowser();
    try {
      // The recorder is code of the test's own, which the page's policy would rightly refuse.
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      await installRecorder(page);
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+2');
      await page.getByRole('button', { name: /See and hear it/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('toolbar', { name: 'Playing' }).waitFor();
      await page.keyboard.press('Space');
      await recorderReady(page);
      await page.keyboard.press('Space');
      await page.keyboard.press('Home');
      await page.keyboard.press('0');
      await page.keyboard.press('Space');
      const clock = page.getByRole('timer');
      await expect.poll(() => clock.textContent(), { timeout: 20_000 }).toMatch(/^\s*0:0[1-9]/);
      const order = Array.from({ length: 24 }, (_, i) => (5 * i + 1) % VOICES.length);
      for (const number of order) {
        await page.waitForTimeout(HEARD_MS);
        await page.keyboard.press(String(number));
      }
      await page.waitForTimeout(300);
      await page.keyboard.press('Space');

      const recording = lastPlay(await readRecording(page));
      // A busy machine costs the recorder a block now and then: not heard, and told apart from a gap.
      const missed = recording.filter(Number.isNaN).length / recording.length;
      const recorded = recording.map((sample) => (Number.isNaN(sample) ? 0 : sample));
      const stretches = stretchesOf(recorded);
      expect(stretches.map(({ voice }) => voice)).toEqual(
        [0, ...order].filter((v, i, all) => v !== all[i - 1]),
      );
      const start = placeOf(recorded, 4800, bed, 0, 4 * RECORDED_RATE_HZ) - 4800;
      const jumpsMs = stretches.map(({ from, to }) => {
        const middle = Math.round((from + to) / 2);
        const place = placeOf(recorded, middle, bed, start + middle - 4800, start + middle + 4800);
        return ((place - start - middle) / RECORDED_RATE_HZ) * 1000;
      });
      const levels = VOICES.map((_, voice) => {
        const own = stretches.filter((stretch) => stretch.voice === voice);
        return 20 * Math.log10(mean(own.map(({ from, to }) => rms(recorded, from + 480, to - 480))));
      });
      const gapMs = longestGapMs(recording);
      process.stderr.write(
        `switching: ${stretches.length - 1} switches, greatest jump ${Math.max(...jumpsMs.map(Math.abs)).toFixed(3)} ms, ` +
          `longest gap ${gapMs.toFixed(1)} ms, levels within ${(Math.max(...levels) - Math.min(...levels)).toFixed(2)} dB, ${(100 * missed).toFixed(2)} % not recorded\n`,
      );
      expect(missed).toBeLessThan(0.02);
      expect(Math.max(...jumpsMs.map(Math.abs))).toBeLessThanOrEqual(MOST_JUMP_MS);
      expect(gapMs).toBeLessThanOrEqual(MOST_GAP_MS);
      expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(1);
    } finally {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Which voice is heard from when to when, by its tone, in steps of 10 ms. */
function stretchesOf(recorded: Float32Array): { voice: number; from: number; to: number }[] {
  const step = RECORDED_RATE_HZ / 100;
  const stretches: { voice: number; from: number; to: number }[] = [];
  for (let from = 0; from + step <= recorded.length; from += step) {
    const powers = VOICES.map(({ toneHz }) => tonePower(recorded, from, step, toneHz));
    const voice = powers.indexOf(Math.max(...powers));
    // The step that a switch falls into mixes two voices, which may look like a third.
    if (stretches.length > 1 && lengthOf(stretches.at(-1)!) <= step && stretches.at(-1)!.voice !== voice)
      stretches.pop();
    const last = stretches.at(-1);
    if (last?.voice === voice) last.to = from + step;
    else stretches.push({ voice, from, to: from + step });
  }
  return stretches;
}

function lengthOf({ from, to }: { from: number; to: number }): number {
  return to - from;
}
