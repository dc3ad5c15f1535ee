/** The checks that judge speech, on numbers made by hand. */
import { describe, expect, it } from 'vitest';
import { checkCommentary } from '../../../core/checks/commentary.ts';
import type { HeardSpeech, HeardTrack } from '../../../core/checks/heard.ts';
import { checkNoSpeech } from '../../../core/checks/no-speech.ts';
import { checkOriginalSpeech } from '../../../core/checks/original-speech.ts';
import { checkSameAsOriginal } from '../../../core/checks/same-as-original.ts';
import { middleGain, type OriginalInDub } from '../../../core/speech/original-left.ts';
import { brief, original, SAME, shot, title, track } from './heard-builder.ts';

function left(underDb: number, changes: Partial<OriginalInDub> = {}): OriginalInDub {
  const gain = 10 ** (underDb / 20);
  const spread = new Float32Array(16).fill(gain);
  return {
    gain,
    underDb,
    chanceDb: -30,
    bedGain: 1,
    otherVoiceShare: 0.9,
    spread,
    comparedSec: 2,
    ...changes,
  };
}

function speech(found: OriginalInDub | null, changes: Partial<HeardSpeech> = {}): HeardSpeech {
  return {
    listenedSec: 4,
    speechSec: 2,
    surest: 1,
    sounds: new Int8Array(0),
    againstOriginal: { originalSpeechSec: 2, onlyDubSec: 0, left: found },
    ...changes,
  };
}

const MUTE = { speechSec: 0, surest: 0.1 };
const dub = (language: string, name: string, found: OriginalInDub | null): HeardTrack =>
  track(language, name, { speech: speech(found) });
const says = (dubs: HeardTrack[]) => {
  const heard = title([shot('1', dubs)]);
  return brief([...checkOriginalSpeech(heard), ...checkCommentary(heard)]);
};

describe('original-speech', () => {
  it('is a fault from -11 dB by itself, a warning from -16 dB where two others have 6 dB less', () => {
    expect(says([dub('de', '1', left(-10.9))])).toEqual(['fault original-speech de-1']);
    expect(says([dub('de', '1', left(-11.1))])).toEqual([]);
    expect(says([dub('de', '1', left(-15)), dub('fr', '1', left(-22)), dub('it', '1', left(-40))])).toEqual([
      'warning original-speech de-1',
    ]);
    expect(says([dub('de', '1', left(-15)), dub('fr', '1', left(-20)), dub('it', '1', left(-40))])).toEqual(
      [],
    );
    expect(says([dub('de', '1', left(-15)), dub('fr', '1', left(-40))])).toEqual([]);
  });

  it('says the level, and nothing that chance could say or that lasts a word only', () => {
    const [finding] = checkOriginalSpeech(title([shot('1', [dub('de', '1', left(-6))])]));
    expect(finding!.sentence).toBe(
      'German in shot 1 has speech of the original (English) left in it, 6.0 dB under the dub (over 2.0 s; chance reaches -30 dB).',
    );
    expect(says([dub('de', '1', left(-6, { chanceDb: -11 }))])).toEqual([]);
    expect(says([dub('de', '1', left(-6, { comparedSec: 0.5 }))])).toEqual([]);
  });

  it('is info where all dubs have it: a song', () => {
    const song = ['de', 'fr', 'it'].map((language) => dub(language, '1', left(-8)));
    expect(says(song)).toEqual(['de', 'fr', 'it'].map((language) => `info original-speech ${language}-1`));
  });

  it('tells a whole title by three shots that are too quiet alone', () => {
    const shots = ['1', '2', '3'].map((name) =>
      shot(name, [dub('de', name, left(-18)), dub('fr', name, left(-35)), dub('it', name, left(-30))]),
    );
    const findings = checkOriginalSpeech(title(shots));
    expect(brief(findings)).toEqual(['warning original-speech de']);
    expect(findings[0]).toMatchObject({ shotId: null, numbers: { shotCount: 3 } });
    expect(checkOriginalSpeech(title(shots.slice(1)))).toEqual([]);
  });
});

describe('commentary', () => {
  it('is the whole original with a voice over it or in its pauses; turned down, it is a leftover', () => {
    const over = dub('de', '1', left(-2, { gain: 1, otherVoiceShare: 0.4 }));
    expect(says([over])).toEqual(['fault commentary de-1']);
    const between = dub('de', '1', left(-0.1, { gain: 1, otherVoiceShare: 0.02 }));
    between.speech!.againstOriginal!.onlyDubSec = 1.2;
    const findings = checkCommentary(title([shot('1', [between])]));
    expect(findings[0]!.sentence).toContain('talks in its pauses (1.2 s), as in an audio description');
    expect(says([dub('de', '1', left(-2, { gain: 0.5, otherVoiceShare: 0.4 }))])).toEqual([
      'fault original-speech de-1',
    ]);
  });
});

describe('no-speech', () => {
  const heard = (
    of: Partial<HeardSpeech>,
    originalOf: Partial<HeardSpeech>,
    changes: Partial<HeardTrack> = {},
  ) =>
    checkNoSpeech(
      title([
        shot('1', [track('de', '1', { speech: speech(null, of), ...changes })], {
          original: original('1', { speech: speech(null, originalOf) }),
        }),
      ]),
    );

  it('warns of a mute dub under a speaking original, and notes where neither speaks', () => {
    expect(brief(heard(MUTE, {}))).toEqual(['warning no-speech de-1']);
    expect(brief(heard(MUTE, MUTE))).toEqual(['info no-speech de-1']);
    expect(heard(MUTE, MUTE, { againstOriginal: SAME })[0]!.sentence).toContain('they are rightly the same');
  });

  it('says nothing where somebody speaks, or may, or where the track is silent', () => {
    expect(heard({}, {})).toEqual([]);
    expect(heard({ speechSec: 0, surest: 0.4 }, {})).toEqual([]);
    expect(heard(MUTE, { speechSec: 0.4, surest: 0.8 })).toEqual([]);
    expect(heard(MUTE, {}, { level: { peak: 0, loudestDb: -90 } })).toEqual([]);
    expect(checkNoSpeech(title([shot('1', [track('de', '1')])]))).toEqual([]);
  });
});

describe('same-as-original, where voices were listened for', () => {
  const judged = (languages: string[], of: Partial<HeardSpeech>) =>
    brief(
      checkSameAsOriginal(
        title([
          shot(
            '1',
            languages.map((language) => track(language, '1', { againstOriginal: SAME })),
            { original: original('1', { speech: speech(null, of) }) },
          ),
        ]),
      ),
    );

  it('is no fault where nobody speaks, and one where somebody does', () => {
    expect(judged(['de'], MUTE)).toEqual(['info same-as-original de-1']);
    expect(judged(['de'], {})).toEqual(['fault same-as-original de-1']);
    expect(judged(['de', 'fr'], MUTE)).toEqual(['info same-as-original de-1', 'info same-as-original fr-1']);
    expect(judged(['de', 'fr'], {})).toEqual([
      'warning same-as-original de-1',
      'warning same-as-original fr-1',
    ]);
  });
});

describe('middleGain', () => {
  it('is the gain at half the energy', () => {
    const blocks = [
      { gain: 5, energy: 1 },
      { gain: 0.1, energy: 3 },
      { gain: 0.2, energy: 3 },
    ];
    const naive = blocks
      .flatMap(({ gain, energy }) => Array.from({ length: energy }, () => gain))
      .sort((a, b) => a - b);
    expect(middleGain(blocks)).toBe(naive[3]);
    expect(middleGain(blocks, 0.95)).toBe(5);
    expect(middleGain([])).toBe(0);
  });
});
