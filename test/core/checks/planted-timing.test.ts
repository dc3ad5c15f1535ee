/** Other speeds, other cuts and far shifts planted on the demo corpus: all are found, and nothing else is said. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckInput, CheckShot } from '../../../core/checks/check-input.ts';
import { type CheckResult, runChecks } from '../../../core/checks/run-checks.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { resample } from '../../../core/media/resample.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { reencode } from '../align/reencode.ts';
import { RATE_HZ } from '../align/synthetic-sound.ts';
import { heardSourceOf } from './heard-source.ts';

const DEMO = join(import.meta.dirname, '../../../demo');
/** Titles in five languages in which nothing is planted. */
const TITLES = ['quiet-platform', 'river-mouth', 'under-the-arch', 'winter-tram', 'yellow-door'];
const DUBS = ['de', 'es', 'fr', 'it'] as const;
const SCENE_SEC = 4;

type Scene = { title: string; files: { name: string; languages: string[] }[] };
type Sounds = Record<string, Float32Array>;

const isThere = existsSync(join(DEMO, 'truth.json')) && existsSync(join(DEMO, 'media'));

async function decode({ files }: Scene): Promise<Sounds> {
  const tools = locateMediaTools();
  const sounds: Sounds = {};
  for (const { name, languages } of files) {
    for (const [i, language] of languages.entries()) {
      const streamIndex = i + Number(/\.(mkv|mp4)$/.test(name));
      const source = { path: join(DEMO, 'media', name), streamIndex, sha256: '' };
      const sound = await decodeAudio(source, { sampleRateHz: RATE_HZ, durationSec: SCENE_SEC }, tools);
      sounds[language] = sound;
    }
  }
  return sounds;
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}

const seconds = (samples: Float32Array, from: number, to?: number): Float32Array =>
  samples.slice(Math.round(from * RATE_HZ), to === undefined ? samples.length : Math.round(to * RATE_HZ));

/** Something missing from, or heard twice in, the dub at `atSec`. */
const recut = (samples: Float32Array, atSec: number, bySec: number): Float32Array =>
  joined([seconds(samples, 0, atSec), seconds(samples, atSec - bySec)]);

const aac = (samples: Float32Array): Promise<Float32Array> =>
  reencode(samples, ['-c:a', 'aac', '-b:a', '64k'], 'm4a');

/** [from, to] parts of a second, and the speed: PAL from film and back, from 24 and 23.976 frames. */
const SPEEDS = [
  [25, 24],
  [24, 25],
  [25_025, 24_000],
  [24_000, 25_025],
] as const;

async function speeded(samples: Float32Array, nth: number, keepsPitch: boolean): Promise<Float32Array> {
  const [from, to] = SPEEDS[nth % SPEEDS.length]!;
  if (!keepsPitch) return resample(samples, from, to);
  return reencode(samples, ['-af', `atempo=${from / to}`], 'wav');
}

async function check(shots: readonly Sounds[]): Promise<CheckResult> {
  const sounds = new Map<string, Float32Array>();
  const input: CheckInput = {
    titles: [
      {
        titleId: 'title',
        name: 'title',
        originalLanguage: 'en' as LanguageTag,
        shots: shots.map((tracks, i): CheckShot => {
          const languages = ['en', ...DUBS];
          return {
            shotId: `shot-${i}`,
            name: `${i}`,
            durationSec: tracks.en!.length / RATE_HZ,
            tracks: languages.map((language) => {
              const path = `${i}/${language}`;
              sounds.set(path, tracks[language]!);
              const role = language === 'en' ? 'original' : 'dub';
              const source = { path, streamIndex: 0, sha256: '' };
              return { trackId: path, language: language as LanguageTag, role, source };
            }),
          };
        }),
      },
    ],
  };
  return runChecks(input, { openTrack: async ({ path }) => heardSourceOf(sounds.get(path)!) });
}

const serious = ({ findings }: CheckResult): string[] =>
  findings
    .filter(({ severity, code }) => severity === 'fault' || code === 'offset-unknown' || code === 'channels')
    .map(({ code, language, trackId }) => `${code} ${trackId ?? language}`)
    .sort();

const offsetOf = ({ alignments }: CheckResult, language: string): number | null =>
  alignments.find((alignment) => alignment.language === language)!.offsetMs;

describe.skipIf(!isThere)('planted timing on the demo corpus (skipped without demo/)', () => {
  const titles: Sounds[][] = [];

  beforeAll(async () => {
    const { scenes } = JSON.parse(readFileSync(join(DEMO, 'truth.json'), 'utf8')) as { scenes: Scene[] };
    for (const title of TITLES) {
      const own = scenes.filter((scene) => scene.title === title);
      titles.push(await Promise.all(own.map(decode)));
    }
  });

  it('finds speed, cut and shift in titles of six scenes of 4 s', async () => {
    for (const [nth, scenes] of titles.entries()) {
      const random = createRng(5).stream('title', nth);
      const cutScene = random.integer(scenes.length);
      const bySec = (random.uniform() < 0.5 ? -1 : 1) * (0.2 + 0.6 * random.uniform());
      const cutSec = 1 + 0.8 * random.uniform();
      const shots: Sounds[] = [];
      for (const [i, scene] of scenes.entries()) {
        const es = await speeded(scene.es!, nth, nth % 2 === 0);
        const fr = i === cutScene ? recut(scene.fr!, Math.max(cutSec, bySec), bySec) : scene.fr!;
        const it = joined([new Float32Array(Math.round(0.123 * RATE_HZ)), await aac(scene.it!)]);
        shots.push({ ...scene, es, fr, it });
      }
      const result = await check(shots);
      expect(serious(result), `title ${nth}`).toEqual([`different-cut ${cutScene}/fr`, 'drift es']);
      const cut = result.findings.find(({ code }) => code === 'different-cut')!;
      expect(Math.abs(Number(cut.numbers.firstJumpMs) - 1000 * bySec)).toBeLessThan(2);
      const drift = result.findings.find(({ code }) => code === 'drift')!;
      const [from, to] = SPEEDS[nth % SPEEDS.length]!;
      expect(Math.abs(Number(drift.numbers.speedRatio) / (from / to) - 1)).toBeLessThan(0.008);
      expect(offsetOf(result, 'it')).toBeCloseTo(123, 0);
      expect(offsetOf(result, 'de')).toBeCloseTo(0, 0);
      expect(offsetOf(result, 'fr')).toBeCloseTo(0, 0);
      expect(offsetOf(result, 'es')).toBeNull();
    }
  });

  it.each([0, 1, 2, 3])('finds speed, cuts and far shifts in tracks of two minutes (%i)', async (nth) => {
    const random = createRng(6).stream('long', nth);
    const whole = (language: string): Float32Array =>
      joined(titles.flatMap((scenes) => scenes.map((scene) => seconds(scene[language]!, 0, SCENE_SEC))));
    const bySec = (nth % 2 === 0 ? -1 : 1) * 0.2 * 20 ** random.uniform();
    const shiftSec = (nth % 2 === 0 ? 1 : -1) * (3 + 20 * random.uniform());
    const it =
      shiftSec > 0
        ? joined([new Float32Array(Math.round(shiftSec * RATE_HZ)), await aac(whole('it'))])
        : seconds(await aac(whole('it')), -shiftSec);
    const result = await check([
      {
        en: whole('en'),
        de: await aac(whole('de')),
        es: await speeded(whole('es'), nth, nth >= 2),
        fr: recut(recut(whole('fr'), 80, bySec), 40, -bySec),
        it,
      },
    ]);
    expect(serious(result)).toEqual(['different-cut 0/fr', 'drift 0/es']);
    const cut = result.findings.find(({ code }) => code === 'different-cut')!;
    expect(cut.numbers.jumpCount).toBe(2);
    expect(Math.abs(Number(cut.numbers.firstJumpMs) + 1000 * bySec)).toBeLessThan(2);
    expect(Math.abs(Number(cut.numbers.firstJumpSec) - 40)).toBeLessThan(Math.abs(bySec) + 0.1);
    const drift = result.findings.find(({ code }) => code === 'drift')!;
    const [from, to] = SPEEDS[nth]!;
    expect(Math.abs(Number(drift.numbers.speedRatio) / (from / to) - 1)).toBeLessThan(2e-4);
    expect(drift.numbers.speedName).toMatch(from > to ? /^PAL speed/ : /^film from PAL/);
    expect(offsetOf(result, 'de')).toBeCloseTo(0, 0);
    expect(offsetOf(result, 'it')).toBeCloseTo(Math.round(1000 * shiftSec), -0.5);
    expect(Math.abs(offsetOf(result, 'it')! - 1000 * shiftSec)).toBeLessThan(1);
  });
});
