/** The checks on eight real shots in six languages each. Skipped, and said so, where they are not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CheckResult, runChecks } from '../../../core/checks/run-checks.ts';
import { inputOfFolder, openerOf } from './media-input.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/media/real-dubs');

describe.skipIf(!existsSync(FOLDER))('real dubs (skipped without ../shared/media/real-dubs)', () => {
  const input = existsSync(FOLDER) ? inputOfFolder(FOLDER, () => 3.4) : { titles: [] };
  let result: CheckResult;

  beforeAll(async () => {
    result = await runChecks(input, { openTrack: openerOf() });
  });

  const offsetMs = (title: string, language: string): number | null =>
    result.alignments.find((a) => a.titleId === title && a.language === language)!.offsetMs;

  it('measures title 81056348: Spanish 23.4 and Italian 41.8 ms early, the others in time, within 1 ms', () => {
    expect(Math.abs(offsetMs('81056348', 'es')! + 23.4)).toBeLessThan(1);
    expect(Math.abs(offsetMs('81056348', 'it')! + 41.8)).toBeLessThan(1);
    for (const language of ['de', 'fr', 'ja'])
      expect(Math.abs(offsetMs('81056348', language)!)).toBeLessThan(1);
    const finding = result.findings.find(
      ({ titleId, language, code }) => titleId === '81056348' && language === 'es' && code === 'offset',
    )!;
    expect(finding.severity).toBe('info');
    expect(finding.sentence).toMatch(
      /^Spanish is 23\.\d ms early in this title \(measured over 2 shots, sure to 99/,
    );
  });

  it('measures every language of shot 1532254_10 within 1 ms of the original', () => {
    for (const language of ['de', 'es', 'fr', 'it', 'ja']) {
      expect(Math.abs(offsetMs('1532254', language)!)).toBeLessThan(1);
    }
  });

  it('measures title 80114859: French and Japanese 2.3 ms before German and Spanish, Italian 1.0 ms', () => {
    const german = (offsetMs('80114859', 'de')! + offsetMs('80114859', 'es')!) / 2;
    expect(Math.abs(offsetMs('80114859', 'de')! - offsetMs('80114859', 'es')!)).toBeLessThan(0.5);
    for (const language of ['fr', 'ja'])
      expect(Math.abs(offsetMs('80114859', language)! - german + 2.3)).toBeLessThan(0.5);
    expect(Math.abs(offsetMs('80114859', 'it')! - german + 1.0)).toBeLessThan(0.5);
  });

  it('measures Spanish of 81215414 the same by each of its two shots and by each other language', async () => {
    // The phase transform of the whole sound cannot tell here; see docs/checks.md.
    const title = input.titles.find(({ name }) => name === '81215414')!;
    expect(Math.abs(offsetMs('81215414', 'es')! - 42)).toBeLessThan(0.3);
    for (const shot of title.shots) {
      for (const other of ['de', 'fr', 'it', 'ja', null]) {
        const kept = shot.tracks.filter(({ language }) => ['en', 'es', other].includes(language));
        const alone = { titles: [{ ...title, shots: [{ ...shot, tracks: kept }] }] };
        const { alignments } = await runChecks(alone, { openTrack: openerOf() });
        const spanish = alignments.find(({ language }) => language === 'es')!;
        expect(Math.abs(spanish.offsetMs! - 42)).toBeLessThan(0.5);
      }
    }
  });

  it('cannot tell from a second in which people talk, and says so', async () => {
    const title = input.titles.find(({ name }) => name === '81215414')!;
    const shot = title.shots.find(({ name }) => name === '12')!;
    const tracks = shot.tracks.filter(({ language }) => ['en', 'es'].includes(language));
    const { alignments, findings } = await runChecks(
      { titles: [{ ...title, shots: [{ ...shot, tracks }] }] },
      { openTrack: openerOf((samples) => samples.slice(4 * 48_000, 5 * 48_000)) },
    );
    expect(alignments).toMatchObject([{ language: 'es', offsetMs: null }]);
    expect(alignments[0]!.confidence).toBeLessThan(0.5);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['info offset-unknown']);
  });

  it('raises no warning and no fault: these are good dubs, up to 8 dB apart in level', () => {
    expect(result.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
