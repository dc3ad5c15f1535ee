/** Dubs made for another cut of the picture. */
import { jumpsOf, type MapJump, type TimeMap } from '../align/find-map.ts';
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, trackFinding } from './heard.ts';
import { rounded, trackInShot } from './wording.ts';

/** Jumps that a sentence names; all are in the numbers. */
const NAMED_JUMPS = 4;

/** `different-cut`: fault; once for each track of which parts sit apart, with every jump. */
export function checkDifferentCut(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const map = dub.timeMap ?? null;
      if (map === null || jumpsOf(map).length === 0) return [];
      return [cutFinding(title, shot, dub, map)];
    }),
  );
}

function cutFinding(title: HeardTitle, shot: HeardShot, dub: HeardTrack, map: TimeMap): FindingDraft {
  const jumps = jumpsOf(map);
  const named = jumps.slice(0, NAMED_JUMPS).map(jumpText);
  const more = jumps.length > NAMED_JUMPS ? `; and ${jumps.length - NAMED_JUMPS} more` : '';
  const sentence = `${trackInShot(dub, shot)} is from another cut: ${named.join('; ')}${more}. Use only the parts that fit.`;
  const largest = jumps.reduce((size, { byMs }) => Math.max(size, Math.abs(byMs)), 0);
  const numbers: FindingDraft['numbers'] = {
    jumpCount: jumps.length,
    largestJumpMs: rounded(largest),
    firstJumpSec: rounded(jumps[0]!.atSec),
    firstJumpMs: rounded(jumps[0]!.byMs),
    jumpWidthMs: rounded(jumps[0]!.widthMs),
    partsJson: JSON.stringify(partsOf(map)),
  };
  return trackFinding(title, shot, dub, { code: 'different-cut', severity: 'fault', sentence, numbers });
}

function jumpText({ atSec, byMs, widthMs }: MapJump): string {
  const size = (Math.abs(byMs) / 1000).toFixed(2);
  const what = byMs < 0 ? `${size} s are missing` : `${size} s are inserted`;
  return `${what} at ${clock(atSec)}${widthMs >= 500 ? ` (known to ${(widthMs / 1000).toFixed(1)} s)` : ''}`;
}

/** "1:02:03.4", "2:03.4". */
function clock(sec: number): string {
  const tenths = Math.round(sec * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

function partsOf({ parts, speed }: TimeMap): unknown[] {
  return parts.map(({ startSec, endSec, offsetMs }) => ({
    startSec: rounded(startSec),
    endSec: rounded(endSec),
    offsetMs: rounded(offsetMs),
    rate: rounded(speed, 7),
  }));
}
