/** Found, missed, false alarms, and whether the confidence is right. */
import { describe, expect, it } from 'vitest';
import type { FindingCode, FindingSeverity } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { judgePlanted, type SaidOfCorpus } from '../../../core/plant/judge.ts';
import { type PlantedKey, parsePlantedKey } from '../../../core/plant/key.ts';

const KEY: PlantedKey = {
  format: 'dubscope-planted',
  version: 1,
  seed: 1,
  strength: null,
  faults: [
    {
      id: 'fault-0001',
      kind: 'offset',
      title: 'a',
      shot: null,
      language: 'de',
      codes: ['offset'],
      numbers: { offsetMs: 40 },
    },
    {
      id: 'fault-0002',
      kind: 'silent',
      title: 'a',
      shot: '1',
      language: 'fr',
      codes: ['silent'],
      numbers: {},
    },
    {
      id: 'fault-0003',
      kind: 'dropout',
      title: 'a',
      shot: '2',
      language: 'fr',
      codes: ['dropout'],
      numbers: { lengthSec: 0.2 },
    },
  ],
  offsets: [
    { title: 'a', language: 'de', plantedMs: 40, ownMs: 1.5 },
    { title: 'a', language: 'fr', plantedMs: 0, ownMs: 0 },
    { title: 'a', language: 'es', plantedMs: 0, ownMs: null },
  ],
  known: [{ title: 'a', shot: null, language: 'es', code: 'low-bandwidth' }],
};

function finding(
  code: FindingCode,
  language: string,
  shotName: string | null,
  severity: FindingSeverity = 'fault',
) {
  return {
    id: `${code}${language}${shotName}`,
    titleId: 't',
    shotId: shotName,
    trackId: null,
    language: language as LanguageTag,
    code,
    severity,
    sentence: `${code} ${language}`,
    numbers: {},
    titleName: 'a',
    shotName,
  };
}

function alignment(
  language: string,
  offsetMs: number | null,
  confidence: number,
  candidatesMs: number[] = [],
) {
  return {
    titleId: 't',
    titleName: 'a',
    language: language as LanguageTag,
    offsetMs,
    confidence,
    source: 'measured' as const,
    shotCount: 2,
    peakRatio: 2,
    candidatesMs,
  };
}

const PAIRS = ['1', '2'].flatMap((shotName) =>
  ['de', 'fr', 'es'].map((language) => ({ titleName: 'a', shotName, language })),
);
const said = (change: Partial<SaidOfCorpus>): SaidOfCorpus => ({
  findings: [],
  alignments: [],
  pairs: PAIRS,
  ...change,
});

describe('judgePlanted', () => {
  it('counts what was found and names what was missed', () => {
    const score = judgePlanted(
      KEY,
      said({ findings: [finding('silent', 'fr', '1')], alignments: [alignment('de', 41.2, 0.99)] }),
    );
    expect(score.kinds.map(({ kind, found, planted }) => [kind, found, planted])).toEqual([
      ['offset', 1, 1],
      ['silent', 1, 1],
      ['dropout', 0, 1],
    ]);
    expect(score.kinds[2]!.missed).toEqual(['fault-0003 dropout in a shot 2 fr (lengthSec 0.2)']);
  });

  it('does not take a mere note, another shot, or an offset 1.1 ms off for found', () => {
    const score = judgePlanted(
      KEY,
      said({
        findings: [finding('silent', 'fr', '1', 'info'), finding('dropout', 'fr', '1')],
        alignments: [alignment('de', 42.7, 0.99)],
      }),
    );
    expect(score.kinds.map(({ found }) => found)).toEqual([0, 0, 0]);
  });

  it('counts false alarms on clean pairs only, and not what the source was said to have', () => {
    const score = judgePlanted(
      KEY,
      said({
        findings: [
          finding('clipped', 'fr', '1'),
          finding('low-bandwidth', 'es', null, 'warning'),
          finding('channels', 'es', '2', 'warning'),
        ],
      }),
    );
    expect([score.cleanPairs, score.alarmedPairs]).toEqual([2, 1]);
    expect(score.falseAlarms).toEqual([{ code: 'channels', pairs: 1, sentences: ['a: channels es'] }]);
  });

  it('takes the dub that was copied for half of the fault', () => {
    const copy = {
      ...KEY.faults[1]!,
      kind: 'duplicate' as const,
      codes: ['duplicate-track' as const],
      numbers: { soundOf: 'es' },
    };
    const key = { ...KEY, faults: [copy] };
    const findings = [
      finding('duplicate-track', 'es', '1'),
      finding('duplicate-track', 'es', '2'),
      finding('clipped', 'es', '1'),
    ];
    const score = judgePlanted(key, said({ findings }));
    expect(score.falseAlarms.map(({ code, sentences }) => [code, sentences.length])).toEqual([
      ['duplicate-track', 1],
      ['clipped', 1],
    ]);
  });

  it('says whether the confidence is right, guesses included, and who was wrongly sure', () => {
    const { offsets } = judgePlanted(
      KEY,
      said({
        alignments: [
          alignment('de', 141.5, 0.97),
          alignment('fr', null, 0.42, [0.4]),
          alignment('es', 3, 0.99),
        ],
      }),
    );
    expect(offsets).toMatchObject({ known: 2, claimed: 1, within1Ms: 0, within5Ms: 0 });
    expect(offsets.wronglySure).toEqual(['a de: said 141.5 ms, is 41.5 ms (sure to 0.970)']);
    expect(offsets.calibration[4]).toEqual({ from: 0.4, to: 0.5, claims: 1, right: 1 });
    expect(offsets.calibration[9]).toMatchObject({ claims: 1, right: 0 });
  });
});

describe('parsePlantedKey', () => {
  it('reads what was written and refuses everything else with the place', () => {
    expect(parsePlantedKey(JSON.stringify(KEY), 'key.json')).toEqual(KEY);
    expect(() => parsePlantedKey('{', 'key.json')).toThrow(
      /key\.json is not the key of a planted corpus \(it is not JSON\)/,
    );
    const odd = { ...KEY, faults: [{ ...KEY.faults[0], kind: 'gremlin' }] };
    expect(() => parsePlantedKey(JSON.stringify(odd), 'k')).toThrow(/faults\.0\.kind/);
  });
});
