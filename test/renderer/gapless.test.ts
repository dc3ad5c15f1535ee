/** Switching between six languages while they play, measured on what Chromium sends to the loudspeakers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import { createRng } from '../../core/rng.ts';
import { chromiumPath, openWindow, startBrowser } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';
import { installRecorder, RECORDED_RATE_HZ, readRecording, recorderReady } from './record-sound.ts';

const LENGTH_SEC = 26;
/** One voice a language: a tone that tells it, its level, and how late it is against the bed that all share. */
const VOICES = [
  { language: 'en', toneHz: 3000, level: 0.5, lateMs: 0 },
  { language: 'de', toneHz: 3500, level: 0.25, lateMs: 23 },
  { language: 'es', toneHz: 4000, level: 0.7, lateMs: -41 },
  { language: 'fr', toneHz: 4500, level: 0.5, lateMs: 0 },
  { language: 'it', toneHz: 5000, level: 0.35, lateMs: 120 },
  { language: 'ja', toneHz: 5500, level: 0.6, lateMs: 7 },
] as const;
/** How long each is heard before the next key, ms: over both borders of the chunks that sound is fetched in. */
const HEARD_MS = 900;
/** Longest gap and greatest jump in time that are allowed, ms. */
const MOST_GAP_MS = 10;
const MOST_JUMP_MS = 5;

describe.runIf(chromiumPath !== null)('switching languages while they play', () => {
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

/** Noise whose level comes and goes like a scene's, so that every place is unlike every other. */
function bedOf(length: number): Float32Array {
  const noise = createRng(6).stream('gapless bed');
  const bed = new Float32Array(length);
  let low = 0;
  for (let i = 0; i < length; i += 1) {
    low += 0.3 * (noise.uniform() * 2 - 1 - low);
    bed[i] = low * (0.6 + 0.4 * Math.sin((2 * Math.PI * i * 1.7) / RECORDED_RATE_HZ));
  }
  return bed;
}

async function writeVoice(
  folder: string,
  media: string,
  { language, toneHz, level, lateMs }: (typeof VOICES)[number],
  bed: Float32Array,
): Promise<void> {
  const late = Math.round((lateMs / 1000) * RECORDED_RATE_HZ);
  // Something of its own besides the tone, or it would be taken for the original again.
  const own = createRng(7).stream(`gapless ${language}`);
  const samples = Int16Array.from(bed, (_, i) => {
    const tone = 0.12 * Math.sin((2 * Math.PI * toneHz * i) / RECORDED_RATE_HZ);
    const voice = i % RECORDED_RATE_HZ < RECORDED_RATE_HZ / 2 ? 0.3 * (own.uniform() - 0.5) : 0;
    return Math.round(32767 * level * ((bed[i - late] ?? 0) + voice + tone));
  });
  const raw = join(folder, `${language}.raw`);
  writeFileSync(raw, new Uint8Array(samples.buffer));
  const picture = ['-f', 'lavfi', '-i', `testsrc=size=160x120:rate=25:duration=${LENGTH_SEC}`];
  const sound = ['-f', 's16le', '-ar', String(RECORDED_RATE_HZ), '-ac', '1', '-i', raw];
  await spawnTool({
    tool: locateMediaTools().ffmpegPath,
    args: [
      '-v',
      'error',
      ...picture,
      ...sound,
      '-c:a',
      'flac',
      '-shortest',
      join(media, `film_1_${language}.mkv`),
    ],
  });
}

/** From the first sound after the last silence of 50 ms to the last sound. */
function lastPlay(recorded: Float32Array): Float32Array {
  let end = recorded.length;
  while (end > 0 && recorded[end - 1] === 0) end -= 1;
  let [start, silent] = [end, 0];
  while (start > 0 && silent < 0.05 * RECORDED_RATE_HZ) {
    start -= 1;
    silent = recorded[start] === 0 ? silent + 1 : 0;
  }
  return recorded.slice(start + silent, end);
}

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

function tonePower(samples: Float32Array, from: number, length: number, toneHz: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < length; i += 1) {
    const phase = (2 * Math.PI * toneHz * i) / RECORDED_RATE_HZ;
    real += samples[from + i]! * Math.cos(phase);
    imaginary += samples[from + i]! * Math.sin(phase);
  }
  return real ** 2 + imaginary ** 2;
}

/** The place of the bed, within a range, that is most like what was recorded at `at`. */
function placeOf(recorded: Float32Array, at: number, bed: Float32Array, from: number, to: number): number {
  let [best, place] = [Number.NEGATIVE_INFINITY, 0];
  for (let lag = Math.max(0, from); lag <= to; lag += 1) {
    let [product, power] = [0, 1e-9];
    for (let i = 0; i < 2048; i += 1) {
      const other = bed[lag + i] ?? 0;
      product += recorded[at + i]! * other;
      power += other * other;
    }
    const likeness = product / Math.sqrt(power);
    if (likeness > best) [best, place] = [likeness, lag];
  }
  return place;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += samples[i]! ** 2;
  return Math.sqrt(sum / (to - from));
}

/** Longest run of milliseconds that are a tenth as loud as the whole, or less. */
function longestGapMs(recorded: Float32Array): number {
  const step = RECORDED_RATE_HZ / 1000;
  const known = recorded.filter((sample) => !Number.isNaN(sample));
  const least = rms(known, 0, known.length) / 10;
  let [longest, run] = [0, 0];
  for (let from = 0; from + step <= recorded.length; from += step) {
    run = rms(recorded, from, from + step) < least ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
