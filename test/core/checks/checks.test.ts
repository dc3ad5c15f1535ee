/** Each check on titles made by hand: what it says, how severe, in which words, and where it holds its tongue. */
import { describe, expect, it } from 'vitest';
import { checkClipped } from '../../../core/checks/clipped.ts';
import { checkLevelDifference } from '../../../core/checks/level-difference.ts';
import { checkOffset } from '../../../core/checks/offset.ts';
import { checkOffsetUnknown } from '../../../core/checks/offset-unknown.ts';
import { checkOutsideWindow } from '../../../core/checks/outside-window.ts';
import { checkSameAsOriginal } from '../../../core/checks/same-as-original.ts';
import { checkSilent } from '../../../core/checks/silent.ts';
import { brief, offset, original, SAME, shot, title, track } from './heard-builder.ts';

const CLEAN = title(
  [shot('1', [track('de', '1'), track('fr', '1')])],
  [offset('de', 0.4), offset('fr', -1.9)],
);

describe('every check', () => {
  it('says nothing of a clean title', () => {
    const checks = [
      checkClipped,
      checkLevelDifference,
      checkOffset,
      checkOffsetUnknown,
      checkOutsideWindow,
      checkSameAsOriginal,
      checkSilent,
    ];
    expect(checks.flatMap((check) => check(CLEAN))).toEqual([]);
  });
});

describe('offset', () => {
  it('is info up to 45 ms and a warning beyond, once a language, with the number in words', () => {
    const findings = checkOffset(title([], [offset('es', -23.446), offset('it', 46), offset('de', 2)]));
    expect(brief(findings)).toEqual(['info offset es', 'warning offset it']);
    expect(findings[0]!.sentence).toBe(
      'Spanish is 23.4 ms early in this title (measured over 3 shots, sure to 99.5 %); it is put right while decoding.',
    );
    expect(findings[0]).toMatchObject({
      shotId: null,
      trackId: null,
      numbers: { offsetMs: -23.446, confidence: 0.995 },
    });
    expect(findings[1]!.sentence).toContain('Italian is 46 ms late');
  });

  it('warns of a shot that clearly sits elsewhere than its title, unless something of it is in place', () => {
    const stray = (peaks: { lagMs: number; height: number }[]) =>
      checkOffset(
        title(
          [shot('7', [track('es', '7')], { pairs: [{ first: 'original', second: 'es dub', peaks }] })],
          [offset('es', 1)],
        ),
      );
    const findings = stray([
      { lagMs: 130, height: 30 },
      { lagMs: -400, height: 5 },
    ]);
    expect(brief(findings)).toEqual(['warning offset-shot es-7']);
    expect(findings[0]!.sentence).toBe(
      'Spanish in shot 7 sits 129 ms later than in the rest of the title; this is not put right.',
    );
    expect(
      stray([
        { lagMs: 130, height: 30 },
        { lagMs: 2, height: 9 },
      ]),
    ).toEqual([]);
    expect(
      stray([
        { lagMs: 130, height: 9 },
        { lagMs: -400, height: 5 },
      ]),
    ).toEqual([]);
    expect(
      stray([
        { lagMs: 130, height: 30 },
        { lagMs: -400, height: 25 },
      ]),
    ).toEqual([]);
  });
});

describe('offset-unknown', () => {
  it('is info, with the best guess and why it is not used', () => {
    const findings = checkOffsetUnknown(title([], [offset('es', null), offset('de', 0)]));
    expect(brief(findings)).toEqual(['info offset-unknown es']);
    expect(findings[0]!.sentence).toBe(
      "Can't tell whether Spanish is in time in this title: over 3 shots it shares too little sound with the other languages (best guess 42 ms late, only 1.04 times the next). It is decoded as it is.",
    );
    const nothing = checkOffsetUnknown(title([], [offset('es', null, { shotCount: 0, candidatesMs: [] })]));
    expect(nothing[0]!.sentence).toContain('no shot has sound that could be compared');
    expect(nothing[0]!.numbers.bestGuessMs).toBeNull();
  });
});

describe('silent', () => {
  const QUIET = { level: { peak: 0.0001, loudestDb: -92 } };

  it('is a fault under a sounding original, info with a silent one', () => {
    const findings = checkSilent(
      title([
        shot('1', [track('de', '1', QUIET)]),
        shot('2', [track('de', '2', QUIET)], {
          original: original('2', { level: { peak: 0.001, loudestDb: -80 } }),
        }),
      ]),
    );
    expect(brief(findings)).toEqual(['fault silent de-1', 'info silent de-2']);
    expect(findings[0]!.sentence).toBe(
      'German in shot 1 is silent: its loudest tenth of a second is -92 dBFS, the original reaches -18 dBFS.',
    );
  });

  it('warns of each dub where only the original is silent', () => {
    const silentOriginal = { original: original('1', { level: { peak: 0, loudestDb: -200 } }) };
    const findings = checkSilent(title([shot('1', [track('de', '1'), track('fr', '1')], silentOriginal)]));
    expect(brief(findings)).toEqual(['warning silent de-1', 'warning silent fr-1']);
  });
});

describe('clipped', () => {
  const clipping = (fullScaleShare: number, nearFullScaleShare: number, pileUp: number, flatTopShare = 0) =>
    brief(
      checkClipped(
        title([
          shot('1', [
            track('de', '1', { clipping: { fullScaleShare, nearFullScaleShare, pileUp, flatTopShare } }),
          ]),
        ]),
      ),
    );

  it('is a fault where much piles up at the ceiling, a warning where little does', () => {
    expect(clipping(0.02, 0.05, 0.5)).toEqual(['fault clipped de-1']);
    expect(clipping(0.001, 0.002, 0.5)).toEqual(['warning clipped de-1']);
    expect(clipping(0, 0, 0, 0.02)).toEqual(['fault clipped de-1']);
    expect(clipping(0, 0, 0, 0.0004)).toEqual(['warning clipped de-1']);
  });

  it('says nothing of loud sound that thins out upwards, nor of a single full sample', () => {
    expect(clipping(0.0008, 0.004, 0.12)).toEqual([]);
    expect(clipping(0.00001, 0.00003, 3)).toEqual([]);
  });

  it('judges originals too', () => {
    const loud = {
      clipping: { fullScaleShare: 0.02, nearFullScaleShare: 0.05, pileUp: 0.6, flatTopShare: 0 },
    };
    const findings = checkClipped(title([shot('1', [track('de', '1')], { original: original('1', loud) })]));
    expect(brief(findings)).toEqual(['fault clipped en-1']);
  });
});

describe('level-difference', () => {
  it('warns beyond 12 LU, either way', () => {
    const at = (loudnessLufs: number | null) =>
      checkLevelDifference(title([shot('5', [track('de', '5', { loudnessLufs })])]));
    expect(brief(at(-44.1))).toEqual(['warning level-difference de-5']);
    expect(at(-44.1)[0]!.sentence).toBe(
      'German in shot 5 is 20.1 LU quieter than the original (-44.1 against -24.0 LUFS).',
    );
    expect(at(-10)[0]!.sentence).toContain('14.0 LU louder');
    expect([...at(-35.9), ...at(-12.1), ...at(null)]).toEqual([]);
  });
});

describe('same-as-original', () => {
  const same = (language: string, name: string) => track(language, name, { againstOriginal: SAME });

  it('is a fault where another dub differs', () => {
    const findings = checkSameAsOriginal(title([shot('3', [same('fr', '3'), track('de', '3')])]));
    expect(brief(findings)).toEqual(['fault same-as-original fr-3']);
    expect(findings[0]!.sentence).toBe(
      'French in shot 3 is the original (English) again: they differ in 2 % of 4.0 s of sound. The other dub differs here.',
    );
  });

  it('is info where all dubs are the same: nothing is said there', () => {
    const findings = checkSameAsOriginal(title([shot('3', [same('fr', '3'), same('de', '3')])]));
    expect(brief(findings)).toEqual(['info same-as-original fr-3', 'info same-as-original de-3']);
  });

  it('cannot tell with one dub alone, unless other shots tell', () => {
    const alone = (...shots: ReturnType<typeof shot>[]) => brief(checkSameAsOriginal(title(shots)));
    expect(alone(shot('1', [same('fr', '1')]))).toEqual(['warning same-as-original fr-1']);
    expect(alone(shot('1', [same('fr', '1')]), shot('2', [track('fr', '2')]))).toEqual([
      'info same-as-original fr-1',
    ]);
    expect(alone(shot('1', [same('fr', '1')]), shot('2', [same('fr', '2')]))).toHaveLength(2);
    expect(alone(shot('1', [same('fr', '1')]), shot('2', [same('fr', '2')]))[0]).toContain('fault');
  });

  it('says nothing where a word differs, or where there is next to no sound', () => {
    const at = (againstOriginal: typeof SAME) =>
      checkSameAsOriginal(title([shot('1', [track('fr', '1', { againstOriginal }), track('de', '1')])]));
    expect(at({ ...SAME, longestDifferenceSec: 0.3 })).toEqual([]);
    expect(at({ ...SAME, differingSec: 0.8 })).toEqual([]);
    expect(at({ ...SAME, residualDb: -2 })).toEqual([]);
    expect(at({ ...SAME, activeSec: 0.3 })).toEqual([]);
  });
});

describe('outside-window', () => {
  it('says how much of the clips is read as silence', () => {
    const early = checkOutsideWindow(title([shot('1', [track('de', '1')])], [offset('de', -250)]));
    expect(brief(early)).toEqual(['info outside-window de-1']);
    expect(early[0]!.sentence).toBe(
      'German in shot 1 has no sound for 250 ms at the beginning of its clips once its shift is put right; that is read as silence.',
    );
    // The one clip of a 4 s shot is its first 3 s: half a second later there is still sound.
    expect(checkOutsideWindow(title([shot('1', [track('de', '1')])], [offset('de', 500)]))).toEqual([]);
    const late = checkOutsideWindow(title([shot('1', [track('de', '1')])], [offset('de', 1200)]));
    expect(late[0]!.numbers).toMatchObject({ beforeMs: 0, afterMs: 200, offsetMs: 1200 });
    expect(checkOutsideWindow(title([shot('1', [track('de', '1')])], [offset('de', null)]))).toEqual([]);
  });
});
