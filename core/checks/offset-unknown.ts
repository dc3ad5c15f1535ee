/** Dubs of which the sound cannot tell whether they are in time. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import type { HeardOffset, HeardTitle } from './heard.ts';
import { earlyOrLate, rounded, shots } from './wording.ts';

/** `offset-unknown`: info, with the best guess, for each language whose shift is not sure enough to be used. */
export function checkOffsetUnknown(title: HeardTitle): FindingDraft[] {
  return title.offsets.flatMap((offset) => {
    if (offset.offsetMs !== null) return [];
    const numbers = {
      bestGuessMs: offset.candidatesMs[0] === undefined ? null : rounded(offset.candidatesMs[0]),
      shotCount: offset.shotCount,
      peakRatio: rounded(offset.peakRatio),
      peakHeightSd: rounded(offset.peakHeight, 1),
    };
    const { language } = offset;
    const sentence = `Can't tell whether ${languageName(language)} is in time in this title: ${reason(offset)} It is decoded as it is.`;
    return [
      {
        titleId: title.titleId,
        shotId: null,
        trackId: null,
        language,
        code: 'offset-unknown',
        severity: 'info',
        sentence,
        numbers,
      },
    ];
  });
}

function reason({ shotCount, peakRatio, candidatesMs }: HeardOffset): string {
  const [guess] = candidatesMs;
  if (shotCount === 0 || guess === undefined) return 'no shot has sound that could be compared.';
  return `over ${shots(shotCount)} it shares too little sound with the other languages (best guess ${earlyOrLate(guess)}, only ${peakRatio.toFixed(2)} times the next).`;
}
