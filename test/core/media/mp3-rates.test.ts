/** MP3s that change their rate, beside those that do not. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mp3RateChange } from '../../../core/media/mp3-rates.ts';
import { createRng } from '../../../core/rng.ts';
import { make, mediaFolder, tone } from './make-media.ts';

const folder = mediaFolder();
const mp3 = (rateHz: number, name: string): Buffer =>
  readFileSync(make(folder, ...tone(440, 2, rateHz), '-c:a', 'libmp3lame', '-b:a', '64k', name));

it('finds where the rate changes, over any length and version', async () => {
  const path = join(folder, 'both.mp3');
  const [first, second] = [mp3(44_100, 'a.mp3'), mp3(16_000, 'b.mp3')];
  writeFileSync(path, Buffer.concat([...Array.from({ length: 10 }, () => first), second]));
  const change = await mp3RateChange(path);
  expect(change).toMatchObject({ fromHz: 44_100, toHz: 16_000 });
  // Ten times 2 s, each with the encoder's padding and its page of tags.
  expect(change!.atSec).toBeGreaterThan(20);
  expect(change!.atSec).toBeLessThan(21.5);
});

it('is silent on one rate, with tags before and damage between', async () => {
  const whole = mp3(48_000, 'c.mp3');
  expect(await mp3RateChange(join(folder, 'c.mp3'))).toBeNull();
  const rng = createRng(2).stream('noise');
  const noise = Buffer.from(Uint8Array.from({ length: 20_000 }, () => rng.integer(256)));
  writeFileSync(join(folder, 'noisy.mp3'), Buffer.concat([whole, noise, whole]));
  expect(await mp3RateChange(join(folder, 'noisy.mp3'))).toBeNull();
});
