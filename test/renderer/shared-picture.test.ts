/** Places, paths and words of what two tracks share. */
import { describe, expect, it } from 'vitest';
import type { SharedEvidence } from '../../core/domain/evidence.ts';
import type { LanguageTag } from '../../core/domain/language-tag.ts';
import {
  CURVE_HEIGHT,
  othersArea,
  partnerWords,
  partnerX,
  ribbon,
  sharedWords,
  sharePath,
  shareY,
} from '../../renderer/lib/shared-picture.ts';

const french = { language: 'fr' as LanguageTag, role: 'dub', titleName: null, shotName: null } as const;
const original = { ...french, language: 'en' as LanguageTag, role: 'original' } as const;
const elsewhere = { ...french, titleName: 'Paper Moon', shotName: '3' } as const;
const x = (sec: number): number => 10 * sec;

function evidence(changes: Partial<SharedEvidence> = {}): SharedEvidence {
  const column = (i: number, value: number | null, othersValue: number | null) => {
    return { startSec: i, endSec: i + 1, value, othersValue };
  };
  return {
    partners: [french],
    partner: 0,
    measure: 'likeness',
    timeWindow: { startSec: 0, endSec: 4 },
    partnerSec: 4,
    columns: [column(0, 1, 0.2), column(1, null, 0.1), column(2, 0.8, null), column(3, 0, 0.4)],
    sameFrom: 0.75,
    activeSec: 3,
    sharedSec: 2,
    places: [{ startSec: 0, endSec: 3, partnerSec: 1 }],
    ...changes,
  };
}

it('draws values, breaks where there is nothing, and leads from one bar to the other', () => {
  const { columns } = evidence();
  expect(shareY(0)).toBe(CURVE_HEIGHT);
  expect(shareY(2)).toBe(shareY(1));
  expect(sharePath(columns, x)).toBe(`M5.0 ${shareY(1).toFixed(1)}M25.0 ${shareY(0.8).toFixed(1)}L35.0 68.0`);
  expect(othersArea(columns, x).match(/z/g)).toHaveLength(3);
  const long = evidence({ partnerSec: 8 });
  expect(partnerX(long, 2, 400)).toBe(100);
  expect(partnerX(evidence({ partnerSec: 2 }), 2, 400)).toBe(200);
  expect(ribbon(long, long.places[0]!, x, 40)).toBe('0,83 30,83 20,112 5,112');
});

describe('words', () => {
  it('tell how much is the same, of whom, and where it lies', () => {
    expect(sharedWords('duplicate-track', evidence(), 'German')).toBe(
      'German is 60 % like French on average, the other dubs of the shot 30 %; the same sound in 2.0 of 3.0 s. 0:00.0 to 0:03.0 is found at 0:01.0 there.',
    );
    const none = evidence({ partners: [original, elsewhere], places: [] });
    expect(sharedWords('shares-nothing', none, 'German')).toMatch(
      /^German is 60 % like the original \(English\) on average.*None of it has a place there that stands out\.$/,
    );
    const places = [0, 1, 2].map((sec) => ({ startSec: sec, endSec: sec + 1, partnerSec: sec + 0.02 }));
    expect(sharedWords('same-as-original', evidence({ places }), 'German')).toContain(
      '0:00.0 to 0:01.0 is found at the same place, and 2 other stretches.',
    );
    expect(partnerWords(elsewhere)).toBe('French in shot 3 of “Paper Moon”');
  });

  it('tell how much of the original is in a dub', () => {
    const left = evidence({ measure: 'contained', partners: [original], sameFrom: null });
    expect(sharedWords('original-speech', left, 'German')).toBe(
      'On average 60 % of the original, music and effects included, can be heard in German; in the other dubs it is 30 %.',
    );
  });

  it('say so where there is not enough to compare', () => {
    expect(sharedWords('duplicate-track', evidence({ columns: [], activeSec: 0 }), 'German')).toBe(
      'There is not enough sound in German to compare it with French.',
    );
  });
});
