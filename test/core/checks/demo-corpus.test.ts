/** The checks on the demo corpus: all that was planted is found, and nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckInput } from '../../../core/checks/check-input.ts';
import { type CheckResult, runChecks } from '../../../core/checks/run-checks.ts';
import type { FindingCode } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { openerOf, trackOf } from './media-input.ts';

type Scene = { title: string; shot: number; files: { name: string; languages: string[] }[] };
type Fault = {
  kind: string;
  title: string;
  language: string;
  shot?: number;
  offsetMs?: number;
  source?: { title: string; shot: number };
};
type Truth = { titles: { id: string; languages: string[] }[]; scenes: Scene[]; faults: Fault[] };

const DEMO = join(import.meta.dirname, '../../../demo');
const CODES: Record<string, FindingCode> = {
  silent: 'silent',
  clipped: 'clipped',
  'original-again': 'same-as-original',
  'other-scene': 'shares-nothing',
  'too-quiet': 'level-difference',
};

function tracksOf(scene: Scene) {
  const tracks = scene.files.flatMap(({ name, languages }) => {
    const hasPicture = /\.(mkv|mp4)$/.test(name);
    return languages.map((language, i) =>
      trackOf(join(DEMO, 'media', name), i + Number(hasPicture), language),
    );
  });
  return tracks.sort((a, b) => Number(b.role === 'original') - Number(a.role === 'original'));
}

function inputOf(truth: Truth): CheckInput {
  return {
    titles: truth.titles.map(({ id }) => ({
      titleId: id,
      name: id,
      originalLanguage: 'en' as LanguageTag,
      shots: truth.scenes
        .filter(({ title }) => title === id)
        .map((scene) => ({
          shotId: `${id}/${scene.shot}`,
          name: String(scene.shot).padStart(2, '0'),
          durationSec: 4,
          tracks: tracksOf(scene),
        })),
    })),
  };
}

const isThere = existsSync(join(DEMO, 'truth.json')) && existsSync(join(DEMO, 'media'));

describe.skipIf(!isThere)('the demo corpus (skipped without demo/)', () => {
  let truth: Truth;
  let result: CheckResult;

  beforeAll(async () => {
    truth = JSON.parse(readFileSync(join(DEMO, 'truth.json'), 'utf8')) as Truth;
    result = await runChecks(inputOf(truth), { openTrack: openerOf() });
  });

  it('measures every language of every title within 1 ms of what was planted', () => {
    const planted = new Map(
      truth.faults.map(({ title, language, offsetMs }) => [`${title} ${language}`, offsetMs]),
    );
    const wrong = result.alignments.filter(({ titleId, language, offsetMs }) => {
      const truthMs = planted.get(`${titleId} ${language}`) ?? 0;
      return offsetMs === null || Math.abs(offsetMs - truthMs) > 1;
    });
    expect(wrong).toEqual([]);
    expect(result.alignments).toHaveLength(
      truth.titles.reduce((sum, { languages }) => sum + languages.length - 1, 0),
    );
  });

  it('finds every fault of a shot by its own code, and names the scene that a foreign dub comes from', () => {
    const missed = truth.faults.filter(({ kind, title, language, shot, source }) => {
      if (kind === 'offset') return false;
      const found = result.findings.find(
        (finding) =>
          finding.shotId === `${title}/${shot}` &&
          finding.language === language &&
          finding.code === CODES[kind],
      );
      if (found === undefined || found.severity === 'info') return true;
      return source !== undefined && found.numbers.foundTitle !== source.title;
    });
    expect(missed).toEqual([]);
  });

  it('raises no warning and no fault on a clean pair', () => {
    const faulty = new Set(
      truth.faults.map(({ title, shot, language }) => `${title}/${shot ?? 'all'} ${language}`),
    );
    const alarms = result.findings.filter(
      ({ severity, shotId, titleId, language }) =>
        severity !== 'info' && !faulty.has(`${shotId ?? `${titleId}/all`} ${language}`),
    );
    expect(alarms).toEqual([]);
  });
});
