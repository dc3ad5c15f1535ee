/** Tracks filed as dubs that are the original with somebody talking over it or in its pauses. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardTitle, trackFinding } from './heard.ts';
import { originalCases } from './original-in-dub.ts';
import { percent, rounded, trackInShot } from './wording.ts';

/** `commentary`: fault. The track holds the whole original, its speech included, and another voice. */
export function checkCommentary(title: HeardTitle): FindingDraft[] {
  return originalCases(title).flatMap(({ shot, dub, left, kind }) => {
    if (kind !== 'over' && kind !== 'between') return [];
    const { onlyDubSec } = dub.speech!.againstOriginal!;
    const what =
      kind === 'over'
        ? `another voice talks over ${percent(left.otherVoiceShare)} of it, as in a commentary`
        : `another voice talks in its pauses (${onlyDubSec.toFixed(1)} s), as in an audio description`;
    return [
      trackFinding(title, shot, dub, {
        code: 'commentary',
        severity: 'fault',
        sentence: `${trackInShot(dub, shot)} is no dub: it holds the original (${languageName(title.originalLanguage)}) with its speech, and ${what}.`,
        numbers: {
          underDubDb: rounded(left.underDb, 1),
          otherVoiceShare: rounded(left.otherVoiceShare, 2),
          onlyDubSec: rounded(onlyDubSec, 2),
          comparedSec: rounded(left.comparedSec, 2),
        },
      }),
    ];
  });
}
