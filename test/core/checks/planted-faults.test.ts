/** Faults planted in real dubs: how many are found, and how many clean tracks are accused. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runChecks } from '../../../core/checks/run-checks.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { heardSourceOf } from './heard-source.ts';
import { inputOfFolder } from './media-input.ts';
import { KINDS, type Planted, plantRound, type Sounds } from './planted-sounds.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/media/real-dubs');
/** More rounds for a closer look: PLANT_ROUNDS=20. */
const ROUNDS = Number(process.env.PLANT_ROUNDS ?? 3);
const SEED = Number(process.env.PLANT_SEED ?? 5);

describe.skipIf(!existsSync(FOLDER))('planted faults in real dubs (skipped without ../shared/media)', () => {
  const input = existsSync(FOLDER) ? inputOfFolder(FOLDER, () => 3.4) : { titles: [] };
  const missed: string[] = [];
  const accused: string[] = [];
  const tallies = new Map<string, { planted: number; found: number }>();
  let clean = 0;

  beforeAll(async () => {
    await initFft();
    const sounds: Sounds = new Map();
    for (const track of input.titles.flatMap(({ shots }) => shots.flatMap(({ tracks }) => tracks))) {
      const samples = await decodeAudio(track.source, { sampleRateHz: 48_000 }, locateMediaTools());
      sounds.set(track.trackId, samples);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      const random = createRng(SEED).stream('plant', round);
      const faulty = await plantRound(input, sounds, KINDS, random);
      const trackOf = new Map(
        input.titles
          .flatMap(({ shots }) => shots.flatMap(({ tracks }) => tracks))
          .map((t) => [t.source.path, t.trackId]),
      );
      const { findings } = await runChecks(input, {
        openTrack: async ({ path }) => heardSourceOf(faulty.sounds.get(trackOf.get(path)!)!),
      });
      const told = findings.filter(({ severity, trackId }) => severity !== 'info' && trackId !== null);
      for (const fault of faulty.planted) count(fault, told, round);
      for (const finding of told) {
        const own = faulty.planted.find(({ shotId }) => shotId === finding.shotId);
        const isMeant =
          own !== undefined &&
          (own.trackId === finding.trackId ||
            (own.kind.name.startsWith('duplicate') && finding.code === 'duplicate-track'));
        if (!isMeant)
          accused.push(
            `round ${round}: ${finding.severity} ${finding.code} ${finding.trackId}: ${finding.sentence}`,
          );
      }
      clean += sounds.size - faulty.planted.length;
    }
    if (ROUNDS > 3)
      process.stdout.write(`${JSON.stringify({ tallies: [...tallies], missed, accused, clean }, null, 1)}\n`);
  }, 3_600_000);

  function count(fault: Planted, told: { code: string; trackId: string | null }[], round: number): void {
    const tally = tallies.get(fault.kind.name) ?? { planted: 0, found: 0 };
    const isFound = told.some(
      ({ code, trackId }) => trackId === fault.trackId && (fault.kind.codes as string[]).includes(code),
    );
    tally.planted += 1;
    tally.found += Number(isFound);
    tallies.set(fault.kind.name, tally);
    if (!isFound) missed.push(`round ${round}: ${fault.kind.name} in ${fault.trackId}`);
  }

  it('finds at least 98 % of the faults', () => {
    const all = [...tallies.values()].reduce((sum, { planted }) => sum + planted, 0);
    expect(all).toBeGreaterThan(4 * ROUNDS);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(0.02 * all);
  });

  it('accuses fewer than 1 % of the clean tracks', () => {
    expect(accused.length, accused.join('\n')).toBeLessThan(0.01 * clean);
  });
});
