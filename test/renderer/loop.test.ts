/** Looping a marked range, several tracks at once and a change of offset, measured on what Chromium sends to the loudspeakers. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { AGAIN, chromiumPath, openWindow, startBrowser, watchPage } from './browser.ts';
import { serveMedia } from './dubbed-project.ts';
import { installRecorder, RECORDED_RATE_HZ, readRecording, recorderReady } from './record-sound.ts';
import { bedOf, lastPlay, longestGapMs, placeOf, rms, tonePower, type Voice, writeVoice } from './voices.ts';

const LENGTH_SEC = 12;
const VOICES: readonly Voice[] = [
  { language: 'en', toneHz: 3000, level: 0.5, lateMs: 0 },
  { language: 'de', toneHz: 3500, level: 0.3, lateMs: 23 },
];
/** The range that is marked by keys, s. */
const RANGE = { startSec: 2.1, endSec: 3.4 };
const LAP = Math.round((RANGE.endSec - RANGE.startSec) * RECORDED_RATE_HZ);
const TURNS = 7;
const MOST_GAP_MS = 10;
/** A tone is heard where it is at least this share of the power: half as loud it is above 0.012, not there below 0.002. */
const TONE_SHARE = 0.006;

const poll: typeof expect.poll = (what, options) => expect.poll(what, { timeout: 15_000, ...options });

describe.runIf(chromiumPath !== null)('looping a range', AGAIN, () => {
  it('turns at the sample, and hears two at once, one mute and another offset in it without a gap', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dubscope-loop-'));
    const media = join(folder, 'media');
    const bed = bedOf(LENGTH_SEC * RECORDED_RATE_HZ);
    mkdirSync(media);
    for (const voice of VOICES) await writeVoice(folder, media, voice, bed);
    const served = await serveMedia(media, 'en');
    const browser = await startBrowser();
    try {
      const context = await browser.newContext({ bypassCSP: true });
      const page = await context.newPage();
      const { troubles } = watchPage(page, served.running.origin);
      await installRecorder(page);
      await openWindow(page, served.running.address);
      await page.keyboard.press('Alt+2');
      await page.getByRole('button', { name: /See and hear it/ }).waitFor();
      await page.keyboard.press('Enter');
      const heard = page.getByRole('toolbar', { name: 'Playing' }).getByRole('status');
      await poll(() => heard.textContent()).toContain('German');
      await page.keyboard.press('Space');
      await recorderReady(page);
      await pause(page);

      await press(page, '0', 'Home', 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'i');
      await press(page, 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'o');
      const loop = page.getByRole('button', { name: /^Loop/ });
      await poll(() => loop.textContent()).toContain('Loop 0:02.10 to 0:03.40');
      expect(await loop.getAttribute('aria-pressed')).toBe('true');
      await page.keyboard.press('Space');
      await page.waitForTimeout((1000 * (TURNS + 0.7) * LAP) / RECORDED_RATE_HZ);
      await pause(page);
      const round = lastPlay(await readRecording(page));
      const turns = turnsOf(round, bed);
      const missed = round.filter(Number.isNaN).length / round.length;
      process.stderr.write(
        `looping: ${turns.length} turns, greatest jump ${Math.max(...turns).toFixed(3)} ms, longest gap ${longestGapMs(round).toFixed(1)} ms, ` +
          `${(100 * missed).toFixed(2)} % not recorded\n`,
      );
      expect(turns.length).toBeGreaterThanOrEqual(TURNS - 1);
      expect(missed).toBeLessThan(0.02);
      expect(Math.max(...turns)).toBeLessThan(0.05);
      expect(longestGapMs(round)).toBeLessThanOrEqual(MOST_GAP_MS);

      // While it goes round: the dub, 10 ms elsewhere, before and after, the original with it, the dub mute, back.
      await page.keyboard.press('0');
      await page.keyboard.press('Space');
      await page.waitForTimeout(1500);
      for (const [key, words] of [
        ['1', 'German'],
        [']', 'German'],
        ['b', 'as before'],
        ['b', 'German'],
        ['Shift+0', 'English + German'],
        ['Alt+Shift+1', 'English'],
        ['x', 'English + German'],
      ] as const) {
        await page.keyboard.press(key);
        await poll(() => heard.textContent(), { message: key }).toContain(words);
        await page.waitForTimeout(900);
      }
      await pause(page);
      const mixed = lastPlay(await readRecording(page));
      expect(mixed.filter(Number.isNaN).length / mixed.length).toBeLessThan(0.1);
      expect(mixesOf(mixed)).toEqual(['0', '1', '0+1', '0', '0+1']);
      process.stderr.write(`changes while looping: longest gap ${longestGapMs(mixed).toFixed(1)} ms\n`);
      expect(longestGapMs(mixed)).toBeLessThanOrEqual(MOST_GAP_MS);
      expect(offsetsOf(mixed, bed)).toEqual([0, -10, 0, -10]);

      // Everything is heard of one lane's buttons, too; the mark goes, another is drawn on the ruler.
      const mute = page.getByRole('button', { name: 'Mute German' });
      await mute.press('Enter');
      expect(await mute.getAttribute('aria-pressed')).toBe('true');
      await poll(() => heard.textContent()).not.toContain('German');
      await page.evaluate('document.activeElement.blur()');
      await page.keyboard.press('Shift+L');
      await poll(() => loop.textContent()).toContain('Loop the clip');
      await page.keyboard.press('f');
      const { x, y, width } = (await page.locator('.ruler').boundingBox())!;
      await page.mouse.move(x + width * 0.4, y + 10);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.45, y + 10, { steps: 3 });
      await page.mouse.move(x + width / 2 + 2, y + 10, { steps: 3 });
      await page.mouse.up();
      await poll(() => loop.textContent()).toMatch(/^Loop 0:04\.[78]\d to 0:06\.00/);
      // It snapped to the clip's border. Its end is taken and moved.
      await page.mouse.move(x + width / 2, y + 10);
      await page.mouse.down();
      await page.mouse.move(x + (width * 2) / 3, y + 10, { steps: 4 });
      await page.mouse.up();
      await poll(() => loop.textContent()).toMatch(/^Loop 0:04\.[78]\d to 0:0(7\.9|8\.0)\d/);
      expect(await page.locator('.band').count()).toBe(1);

      // Closer, further on, and all of it; the strip says which part is shown.
      const seen = page.locator('.strip .seen');
      expect(await seen.count()).toBe(0);
      await page.keyboard.press('+');
      await poll(() => seen.count()).toBe(1);
      const before = (await seen.boundingBox())!;
      expect(before.width).toBeCloseTo(width / 2, -1);
      await page.keyboard.press('PageDown');
      await poll(async () => (await seen.boundingBox())!.x).toBeGreaterThan(before.x + 20);
      await page.mouse.move(x + width / 2, y + 70);
      await page.mouse.wheel(0, -400);
      const back = (await seen.boundingBox())!.x;
      await poll(async () => (await seen.boundingBox())!.x).toBeLessThanOrEqual(back);
      await page.keyboard.press('f');
      await poll(() => seen.count()).toBe(0);
      await page.mouse.dblclick(x + width / 2, y + 10);
      await pause(page);
      await poll(() => page.getByRole('timer').textContent()).toMatch(/0:0[678]/);
      await page.keyboard.press('F8');
      await page.getByText('No undecided pair with a fault or a warning below.').first().waitFor();

      // A click goes there; the original's waveform marks when it is dragged, the dub's moves in time and snaps.
      await page.keyboard.press('1');
      const lane = async (nth: number) => (await page.locator('.wave').nth(nth).boundingBox())!;
      const drag = async (nth: number, fromShare: number, px: number): Promise<void> => {
        const box = await lane(nth);
        await page.mouse.move(box.x + box.width * fromShare, box.y + 20);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * fromShare + px / 2, box.y + 20);
        await page.mouse.move(box.x + box.width * fromShare + px, box.y + 20);
        await page.mouse.up();
      };
      await drag(1, 0.75, 0);
      await poll(() => page.getByRole('timer').textContent()).toMatch(/0:(09\.0|08\.9)/);
      await drag(0, 0.1, 0.08 * width);
      await poll(() => loop.textContent()).toMatch(/^Loop 0:01\.[12]\d to 0:02\.1\d/);
      for (let i = 0; i < 5; i += 1) await page.keyboard.press('+');
      const msPerPx = (1000 * LENGTH_SEC) / 32 / width;
      const time = page.getByRole('region', { name: 'Time' });
      const triedAlready = 10;
      await drag(1, 0.5, (23 - triedAlready) / msPerPx - 4);
      await poll(() => time.textContent()).toContain('Heard now as if German were in time');
      await page.keyboard.down('Shift');
      await drag(1, 0.5, 5);
      await page.keyboard.up('Shift');
      await poll(() => time.textContent()).toMatch(/as if German were \d+(\.\d)? ms early/);

      // A reason by keyboard.
      await page.keyboard.press('Shift+R');
      await page.getByRole('textbox', { name: 'Reason' }).waitFor();
      await page.keyboard.type('an echo of the original');
      await page.keyboard.press('Enter');
      const reasons = async (): Promise<unknown> => {
        const { rows } = await served.host.client.call('pair/list', {
          filter: { states: ['rejected'] },
          order: 'suspicion',
          limit: 9,
        });
        const found = rows[0] && (await served.host.client.call('pair/get', { pairId: rows[0].id }));
        return found?.decision?.reason;
      };
      await poll(reasons).toBe('an echo of the original');
      expect(troubles.filter((trouble) => !trouble.includes('request to blob'))).toEqual([]);
    } finally {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Pause/ }).waitFor();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: /^Play / }).waitFor();
  await page.waitForTimeout(300);
}

/** How far from its right place the sound is around each turn, ms: before it and behind it, the greater of both. */
function turnsOf(recorded: Float32Array, bed: Float32Array): number[] {
  const known = recorded.map((sample) => (Number.isNaN(sample) ? 0 : sample));
  const first = Math.round(RANGE.startSec * RECORDED_RATE_HZ);
  const begun = placeOf(known, 4800, bed, first + 4800 - 2400, first + 4800 + 2400) - first - 4800;
  const awayMs = (at: number): number => {
    const wanted = first + ((begun + at) % LAP);
    return (1000 * Math.abs(placeOf(known, at, bed, wanted - 480, wanted + 480) - wanted)) / RECORDED_RATE_HZ;
  };
  const turns: number[] = [];
  for (let at = LAP - begun; at + 4096 < known.length; at += LAP)
    turns.push(Math.max(awayMs(at - 2050), awayMs(at + 2)));
  return turns;
}

/** Which voices are heard together, one after another, in steps of 100 ms; what lasts one step is a change. */
function mixesOf(recorded: Float32Array): string[] {
  const step = RECORDED_RATE_HZ / 10;
  const mixes: { name: string; steps: number }[] = [];
  for (let from = 0; from + step <= recorded.length; from += step) {
    const power = (step * rms(recorded, from, from + step)) ** 2;
    // A busy machine records not everything; what was missed tells nothing.
    if (Number.isNaN(power)) continue;
    const isHeard = ({ toneHz }: Voice): boolean =>
      tonePower(recorded, from, step, toneHz) > TONE_SHARE * power;
    const name = VOICES.flatMap((voice, i) => (isHeard(voice) ? [i] : [])).join('+');
    const last = mixes.at(-1);
    if (last?.name === name) last.steps += 1;
    else mixes.push({ name, steps: 1 });
  }
  const lasting = mixes.filter(({ steps }) => steps > 1).map(({ name }) => name);
  return lasting.filter((name, i) => name !== lasting[i - 1]);
}

/** How much further on than the original the dub alone is heard, ms: less than 0 is later, one after another, where it lasts. */
function offsetsOf(recorded: Float32Array, bed: Float32Array): number[] {
  const step = RECORDED_RATE_HZ / 10;
  const first = Math.round(RANGE.startSec * RECORDED_RATE_HZ);
  const begun = placeOf(recorded, 0, bed, first - 480, first + LAP) - first;
  const seen: number[] = [];
  for (let from = 0; from + step <= recorded.length; from += step) {
    const power = (step * rms(recorded, from, from + step)) ** 2;
    const [en, de] = VOICES.map(({ toneHz }) => tonePower(recorded, from, step, toneHz) > TONE_SHARE * power);
    const at = (begun + from) % LAP;
    // Not where the compared stretch would reach over a turn.
    if (en || !de || at > LAP - 2048 - 960) continue;
    const wanted = first + at;
    seen.push(
      Math.round(
        (1000 * (placeOf(recorded, from, bed, wanted - 960, wanted + 960) - wanted)) / RECORDED_RATE_HZ,
      ),
    );
  }
  const lasting = seen.filter((ms, i) => ms === seen[i - 1] || ms === seen[i + 1]);
  return lasting.filter((ms, i) => ms !== lasting[i - 1]);
}
