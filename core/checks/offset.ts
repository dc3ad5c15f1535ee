/** Dubs that sound earlier or later than their original. */
import { isOneParallelPart } from '../align/find-map.ts';
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import {
  type HeardOffset,
  type HeardShot,
  type HeardTitle,
  type HeardTrack,
  peaksBetween,
  trackFinding,
} from './heard.ts';
import { isSameSound } from './same-as-original.ts';
import { earlyOrLate, milliseconds, rounded, shots, sureTo, trackInShot } from './wording.ts';

/** Smaller shifts are not worth a line, ms. */
const SMALLEST_MS = 2;
/** Larger ones are heard by people (ITU-R BT.1359: sound 45 ms early is noticed), ms. */
const LARGEST_UNHEARD_MS = 45;
/** A shot sits elsewhere than its title when its own fit is this clear and this far away. */
const CLEAR_HEIGHT = 12;
const CLEAR_RATIO = 1.5;
const FAR_MS = 10;
/** ... and nothing of it is where the title says, standard deviations. */
const TRACE_HEIGHT = 6;

/**
 * `channels`: a dub whose wave form is upside down (warning).
 * `offset`: what was measured of a language, info to 45 ms, warning beyond; it is put right while decoding. Also a
 * warning for a shot whose sound clearly sits elsewhere than the rest of its language.
 */
export function checkOffset(title: HeardTitle): FindingDraft[] {
  return title.offsets.flatMap((offset) => {
    if (offset.offsetMs === null) return [];
    return [
      ...languageFinding(title, offset, offset.offsetMs),
      ...reversedFinding(title, offset),
      ...strayShots(title, offset, offset.offsetMs),
    ];
  });
}

function languageFinding(title: HeardTitle, offset: HeardOffset, offsetMs: number): FindingDraft[] {
  if (Math.abs(offsetMs) <= SMALLEST_MS) return [];
  const severity = Math.abs(offsetMs) > LARGEST_UNHEARD_MS ? 'warning' : 'info';
  const sentence = `${languageName(offset.language)} is ${earlyOrLate(offsetMs)} in this title (measured over ${shots(offset.shotCount)}, ${sureTo(offset.confidence)}); it is put right while decoding.`;
  const numbers = {
    offsetMs: rounded(offsetMs),
    confidence: rounded(offset.confidence),
    uncertaintyMs: offset.uncertaintyMs === null ? null : rounded(offset.uncertaintyMs, 2),
    shotCount: offset.shotCount,
    peakRatio: rounded(offset.peakRatio),
    peakHeightSd: rounded(offset.peakHeight, 1),
    polarity: offset.polarity,
  };
  const { language } = offset;
  return [
    {
      titleId: title.titleId,
      shotId: null,
      trackId: null,
      language,
      code: 'offset',
      severity,
      sentence,
      numbers,
    },
  ];
}

function reversedFinding(title: HeardTitle, offset: HeardOffset): FindingDraft[] {
  if (offset.polarity !== -1) return [];
  const { language } = offset;
  const sentence = `${languageName(language)} has its wave form upside down in this title (polarity reversed against the original): mixed with another track, the shared sound would cancel out.`;
  const numbers = {
    polarity: -1,
    peakHeightSd: rounded(offset.peakHeight, 1),
    confidence: rounded(offset.confidence),
  };
  const { titleId } = title;
  return [
    {
      titleId,
      shotId: null,
      trackId: null,
      language,
      code: 'channels',
      severity: 'warning',
      sentence,
      numbers,
    },
  ];
}

function strayShots(title: HeardTitle, offset: HeardOffset, offsetMs: number): FindingDraft[] {
  return title.shots.flatMap((shot) => {
    const dub = shot.dubs.find(({ voice }) => voice === offset.voice);
    if (dub === undefined || shot.original === null || isSameSound(dub.againstOriginal)) return [];
    // Told by its own finding: other speed, other cut.
    if (!isOneParallelPart(dub.timeMap ?? null)) return [];
    const strayMs = strayPlace(shot, shot.original, dub, offsetMs);
    if (strayMs === null) return [];
    const sentence = `${trackInShot(dub, shot)} sits ${milliseconds(strayMs - offsetMs)} ${strayMs < offsetMs ? 'earlier' : 'later'} than in the rest of the title; this is not put right.`;
    const numbers = { shotOffsetMs: rounded(strayMs), offsetMs: rounded(offsetMs) };
    return [trackFinding(title, shot, dub, { code: 'offset-shot', severity: 'warning', sentence, numbers })];
  });
}

function strayPlace(shot: HeardShot, original: HeardTrack, dub: HeardTrack, offsetMs: number): number | null {
  const peaks = peaksBetween(shot, original.voice, dub.voice);
  const [best, next] = peaks;
  if (best === undefined || best.height < CLEAR_HEIGHT) return null;
  if (best.height < CLEAR_RATIO * (next?.height ?? 0) || Math.abs(best.lagMs - offsetMs) <= FAR_MS)
    return null;
  const hasTrace = peaks.some(
    (peak) => Math.abs(peak.lagMs - offsetMs) <= FAR_MS && peak.height >= TRACE_HEIGHT,
  );
  return hasTrace ? null : best.lagMs;
}
