/** The checks of the sound itself on titles made by hand: what each says, in which words, and where it is silent. */
import { describe, expect, it } from 'vitest';
import { checkChannels } from '../../../core/checks/channels.ts';
import { checkDropout } from '../../../core/checks/dropout.ts';
import { checkDuplicateTrack } from '../../../core/checks/duplicate-track.ts';
import { checkLevelDifference } from '../../../core/checks/level-difference.ts';
import { checkLoudnessRange } from '../../../core/checks/loudness-range.ts';
import { checkLowBandwidth } from '../../../core/checks/low-bandwidth.ts';
import { PROFILES } from '../../../core/checks/profile.ts';
import { checkTruncated } from '../../../core/checks/truncated.ts';
import type { TrackMeasures } from '../../../core/dsp/track-measures.ts';
import { brief, measures, offset, original, SAME, shot, title, track } from './heard-builder.ts';

/** 4 s at -25 dBFS, but for parts `[from s, to s, dBFS]`. */
function levels(...parts: [number, number, number][]): Int8Array {
  const steps = new Int8Array(200).fill(-25);
  // Every tenth step is a little pause, as deep as the sound has by itself.
  for (let i = 5; i < 200; i += 10) steps[i] = -50;
  for (const [from, to, level] of parts) steps.fill(level, Math.round(from * 50), Math.round(to * 50));
  return steps;
}

const german = (changes: Partial<TrackMeasures>) => track('de', '1', { measures: measures(changes) });
const english = (changes: Partial<TrackMeasures>) => ({
  original: original('1', { measures: measures(changes) }),
});

describe('dropout', () => {
  const at = (dub: Int8Array, original = levels(), offsets = [offset('de', 0)]) =>
    checkDropout(title([shot('1', [german({ levelsDb: dub })], english({ levelsDb: original }))], offsets));

  it('is a fault where a gap is long or much of the track, with place and length in words', () => {
    const findings = at(levels([1, 1.2, -127]));
    expect(brief(findings)).toEqual(['fault dropout de-1']);
    expect(findings[0]!.sentence).toBe(
      'German in shot 1 drops out once, for up to 200 ms (first at 1.00 s), while the original sounds.',
    );
    expect(findings[0]!.numbers).toMatchObject({ dropouts: 1, totalMs: 200, levelDbfs: -127, atSec: '1.00' });
    expect(at(levels([1, 1.2, -127], [3, 3.3, -90]))[0]!.sentence).toContain('2 times, for up to 300 ms');
  });

  it('is a warning where it is next to nothing in a long track', () => {
    const long = (parts: [number, number, number][]): Int8Array => {
      const steps = new Int8Array(50 * 100);
      for (let i = 0; i < 25; i += 1) steps.set(levels(), 200 * i);
      for (const [from, to, level] of parts) steps.fill(level, 50 * from, 50 * to);
      return steps;
    };
    const changes = { levelsDb: long([[50, 50.14, -127]]), durationSec: 100 };
    const dub = { ...german(changes), durationSec: 100 };
    const findings = checkDropout(title([shot('1', [dub], english({ ...changes, levelsDb: long([]) }))]));
    expect(brief(findings)).toEqual(['warning dropout de-1']);
  });

  it('says nothing of natural pauses, of gaps the original has too, of short ones and of edges', () => {
    expect(at(levels([1, 1.5, -52]))).toEqual([]);
    expect(at(levels([1, 1.06, -127]))).toEqual([]);
    expect(at(levels([1, 1.5, -127]), levels([0.9, 1.6, -127]))).toEqual([]);
    expect(at(levels([0, 0.5, -127], [3.5, 4, -127]))).toEqual([]);
  });

  it('says nothing of sound that falls slowly', () => {
    const slow = levels([1, 1.5, -80]);
    for (let i = 0; i < 10; i += 1) slow[50 + i] = -25 - 5.5 * i;
    for (let i = 0; i < 10; i += 1) slow[74 - i] = -25 - 5.5 * i;
    expect(at(slow)).toEqual([]);
  });

  it('compares with the original where the dub lies', () => {
    const gap = levels([1, 1.2, -127]);
    const silentThere = levels([0.4, 0.8, -70]);
    expect(at(gap, silentThere, [offset('de', 500)])).toEqual([]);
    expect(brief(at(gap, silentThere, [offset('de', 0)]))).toEqual(['fault dropout de-1']);
  });

  it('proves nothing where voices stand in nothing', () => {
    const voice = levels(
      [0.5, 0.55, -127],
      [1, 1.3, -127],
      [2, 2.06, -127],
      [2.5, 2.56, -127],
      [3, 3.1, -127],
    );
    expect(at(voice)).toEqual([]);
    expect(at(levels([1, 1.3, -127]), levels([2, 2.2, -127]))).toEqual([]);
  });
});

describe('truncated', () => {
  const at = (dub: Partial<TrackMeasures>, offsets = [offset('de', 0)], originalChanges = {}) =>
    checkTruncated(
      title(
        [
          shot(
            '1',
            [german({ levelsDb: levels(), ...dub })],
            english({ levelsDb: levels(), ...originalChanges }),
          ),
        ],
        offsets,
      ),
    );

  it('is a fault where the dub ends before the original does, or begins after it', () => {
    const findings = at({ durationSec: 3, levelsDb: levels().subarray(0, 150) });
    expect(brief(findings)).toEqual(['fault truncated de-1']);
    expect(findings[0]!.sentence).toMatch(
      /^German in shot 1 ends (9\d\d|1000) ms before the original, which still sounds there\.$/,
    );
    expect(at({ startSec: 0.8, durationSec: 3.2, levelsDb: levels().subarray(40) })[0]!.sentence).toMatch(
      /begins (7\d\d|800) ms after the original/,
    );
    expect(brief(at({ levelsDb: levels([3.3, 4, -127]) }))).toEqual(['fault truncated de-1']);
  });

  it('says nothing of short ends, of silence in the original, and of what a shift takes away', () => {
    expect(at({ durationSec: 3.8, levelsDb: levels().subarray(0, 190) })).toEqual([]);
    expect(
      at({ durationSec: 3, levelsDb: levels().subarray(0, 150) }, [], { levelsDb: levels([3, 4, -80]) }),
    ).toEqual([]);
    expect(at({ durationSec: 3, levelsDb: levels().subarray(0, 150) }, [offset('de', -1000)])).toEqual([]);
    expect(at({}, [offset('de', -1000)])).toEqual([]);
    expect(at({}, [offset('de', 900)])).toEqual([]);
  });

  it('holds a dub without original against its picture', () => {
    const dub = german({ durationSec: 3, levelsDb: levels().subarray(0, 150) });
    const findings = checkTruncated(title([shot('1', [dub], { original: null })]));
    expect(findings[0]!.sentence).toBe('German in shot 1 ends 1000 ms before the picture.');
  });
});

describe('channels', () => {
  const at = (dub: Partial<TrackMeasures>, originalChanges: Partial<TrackMeasures> = {}) =>
    checkChannels(title([shot('1', [german(dub)], english(originalChanges))]));

  it('warns of a dead channel and of channels out of phase; cancelled ones are a fault', () => {
    expect(at({ channelDb: [-25, -90], stereoCorrelation: null })[0]).toMatchObject({
      severity: 'warning',
      sentence: 'German in shot 1: channel 2 is dead.',
      numbers: { kinds: 'dead-2', channelDbfs: '-25.0 -90.0' },
    });
    expect(brief(at({ stereoCorrelation: -0.7 }))).toEqual(['warning channels de-1']);
    expect(brief(at({ stereoCorrelation: -0.98 }))).toEqual(['fault channels de-1']);
  });

  it('tells what differs from the original as information', () => {
    const kinds = (findings: ReturnType<typeof at>) =>
      findings.map(({ severity, numbers }) => `${severity} ${numbers.kinds}`);
    expect(kinds(at({ channels: 1, channelDb: [-25], stereoCorrelation: null }))).toEqual(['info count']);
    expect(kinds(at({ stereoCorrelation: 1, channelDb: [-25, -25] }))).toEqual(['info identical']);
    expect(kinds(at({ channelDb: [-20, -30] }, { channelDb: [-31, -22] }))).toEqual(['info swapped']);
  });

  it('says nothing where the original is the same, of mono, and of an idle low-frequency channel', () => {
    expect(
      at({ stereoCorrelation: 1, channelDb: [-25, -25] }, { stereoCorrelation: 1, channelDb: [-25, -25] }),
    ).toEqual([]);
    const mono = { channels: 1, channelDb: [-25], stereoCorrelation: null };
    expect(at(mono, mono)).toEqual([]);
    const surround = { channels: 6, channelDb: [-30, -30, -22, -200, -90, -90], stereoCorrelation: 0.4 };
    expect(at(surround, surround)).toEqual([]);
    expect(at({ ...surround, channelDb: [-30, -30, -200, -200, -40, -40] }, surround)[0]!.sentence).toContain(
      'channel 3 is dead',
    );
  });
});

describe('low-bandwidth', () => {
  const at = (bandwidthHz: number, others: number[] = [17_000], originalHz = 17_000) =>
    checkLowBandwidth(
      title([
        shot(
          '1',
          [
            german({ bandwidthHz }),
            ...others.map((hz, i) => track(`x${i}`, '1', { measures: measures({ bandwidthHz: hz }) })),
          ],
          english({ bandwidthHz: originalHz }),
        ),
      ]),
    ).filter(({ language }) => language === 'de');

  it('warns where high frequencies are lost, and names the sample rate they were lost to', () => {
    expect(at(8000)[0]).toMatchObject({ severity: 'warning', code: 'low-bandwidth' });
    expect(at(8000)[0]!.sentence).toBe(
      'German in shot 1 has nothing above 8 kHz, as if it had once been sampled at 16 kHz; the original goes on to 17 kHz.',
    );
    expect(brief(at(3500))).toEqual(['fault low-bandwidth de-1']);
    expect(at(6500)[0]!.sentence).toContain(
      'has nothing above 6.5 kHz, as if it had once been sampled at 12 kHz; the original',
    );
  });

  it('says nothing of small losses, and where the original or most others end there too', () => {
    expect(at(15_000)).toEqual([]);
    expect(at(13_000)).toEqual([]);
    expect(at(8000, [17_000], 8000)).toEqual([]);
    expect(at(8000, [8000, 8000, 8250])).toEqual([]);
  });
});

describe('loudness-range', () => {
  const at = (rangeLu: number | null, durationSec = 60) => {
    const long = { durationSec };
    return checkLoudnessRange(
      title([shot('1', [german({ ...long, rangeLu })], english({ ...long, rangeLu: 15 }))]),
    );
  };

  it('warns where a long dub was compressed or expanded', () => {
    expect(brief(at(4))).toEqual(['warning loudness-range de-1']);
    expect(at(4)[0]!.sentence).toBe(
      "German in shot 1 is compressed against the original: its loudness range is 4.0 LU, the original's 15.0 LU.",
    );
    expect(at(26)[0]!.sentence).toContain('is expanded');
    expect([...at(6), ...at(24), ...at(null), ...at(4, 20)]).toEqual([]);
  });
});

describe('level-difference', () => {
  it('tells true peaks where the profile limits them', () => {
    const broadcast = PROFILES.find(({ name }) => name === 'broadcast')!;
    const loud = title([shot('1', [german({ truePeakDb: 0.4 })])]);
    expect(checkLevelDifference(loud)).toEqual([]);
    expect(checkLevelDifference(loud, broadcast)[0]!.sentence).toBe(
      'German in shot 1 has a true peak of 0.4 dBTP, above -1 dBTP.',
    );
  });
});

describe('duplicate-track', () => {
  const twins = (comparison = SAME) => [
    track('de', '1', { againstDubs: [{ voice: 'fr dub', comparison }] }),
    track('fr', '1', { againstDubs: [{ voice: 'de dub', comparison }] }),
  ];

  it('is a fault on both, since the sound cannot say which is wrong', () => {
    const findings = checkDuplicateTrack(title([shot('1', [...twins(), track('es', '1')])]));
    expect(brief(findings)).toEqual(['fault duplicate-track de-1', 'fault duplicate-track fr-1']);
    expect(findings[0]!.sentence).toBe(
      'German in shot 1 is the same sound as French. One of them is not what its tag says; the sound cannot tell which.',
    );
  });

  it('is a fault on the one alone that does not sit where its language does', () => {
    const pairs = ['de', 'fr'].map((language) => ({
      first: 'original',
      second: `${language} dub`,
      peaks: [{ lagMs: 20, height: 40 }],
    }));
    const findings = checkDuplicateTrack(
      title([shot('1', [...twins(), track('es', '1')], { pairs })], [offset('de', 20), offset('fr', -15)]),
    );
    expect(brief(findings)).toEqual(['info duplicate-track de-1', 'fault duplicate-track fr-1']);
  });

  it('is info where all dubs are the same, and for two tracks of one language', () => {
    const all = ['de', 'es', 'fr'].map((language) =>
      track(language, '1', {
        againstDubs: ['de', 'es', 'fr']
          .filter((other) => other !== language)
          .map((other) => ({ voice: `${other} dub`, comparison: SAME })),
      }),
    );
    expect(checkDuplicateTrack(title([shot('1', all)])).map(({ severity }) => severity)).toEqual([
      'info',
      'info',
      'info',
    ]);
    const second = track('de', '1', {
      voice: 'de dub 2',
      againstDubs: [{ voice: 'de dub', comparison: SAME }],
    });
    const both = [
      track('de', '1', { againstDubs: [{ voice: 'de dub 2', comparison: SAME }] }),
      second,
      track('es', '1'),
    ];
    expect(checkDuplicateTrack(title([shot('1', both)])).map(({ severity }) => severity)).toEqual([
      'info',
      'info',
    ]);
  });

  it('says nothing where a word differs, and leaves copies of the original to their own check', () => {
    expect(
      checkDuplicateTrack(
        title([shot('1', [...twins({ ...SAME, longestDifferenceSec: 0.4 }), track('es', '1')])]),
      ),
    ).toEqual([]);
    const copies = twins().map((dub) => ({ ...dub, againstOriginal: SAME }));
    expect(checkDuplicateTrack(title([shot('1', [...copies, track('es', '1')])]))).toEqual([]);
  });
});
