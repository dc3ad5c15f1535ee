/** Dubs of which the sound cannot tell whether they are in time. */
import { isOneParallelPart } from '../align/find-map.ts';
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import type { HeardOffset, HeardTitle } from './heard.ts';
import { earlyOrLate, rounded, shots } from './wording.ts';

/** `offset-unknown`: info, with the best guess, for each language whose shift is not sure enough to be used. */
export function checkOffsetUnknown(title: HeardTitle): FindingDraft[] {
  return title.offsets.flatMap((offset) => {
    if (offset.offsetMs !== null || isTold(title, offset)) return [];
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

/** Whether all its shots have a finding of their own that says why no one shift fits: other speed, other cut. */
function isTold(title: HeardTitle, { voice, shotCount }: HeardOffset): boolean {
  const dubs = title.shots.flatMap((shot) => shot.dubs.filter((dub) => dub.voice === voice));
  return shotCount === 0 && dubs.some(({ timeMap }) => !isOneParallelPart(timeMap ?? null));
}

function reason({ shotCount, peakRatio, candidatesMs }: HeardOffset): string {
  const [guess] = candidatesMs;
  if (shotCount === 0 || guess === undefined) return 'no shot has sound that could be compared.';
  return `over ${shots(shotCount)} it shares too little sound with the other languages (best guess ${earlyOrLate(guess)}, only ${peakRatio.toFixed(2)} times the next).`;
}
