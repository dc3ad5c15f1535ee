/** Titles as heard, made by hand: clean unless told otherwise. */
import type { PairPeaks } from '../../../core/align/evidence-pool.ts';
import type { HeardOffset, HeardShot, HeardTitle, HeardTrack } from '../../../core/checks/heard.ts';
import type { FindingDraft } from '../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';

/** A comparison as a real dub gives it. */
export const DIFFERENT = { activeSec: 4, differingSec: 2, longestDifferenceSec: 0.8, residualDb: 0.5 };
/** A comparison as a copy gives it. */
export const SAME = { activeSec: 4, differingSec: 0.06, longestDifferenceSec: 0.03, residualDb: -14 };

/** A clean 4 s track. */
export function track(language: string, shotName: string, changes: Partial<HeardTrack> = {}): HeardTrack {
  return {
    trackId: `${language}-${shotName}`,
    language: language as LanguageTag,
    role: 'dub',
    voice: `${language} dub`,
    durationSec: 4,
    level: { peak: 0.4, loudestDb: -18 },
    clipping: { fullScaleShare: 0, nearFullScaleShare: 0, pileUp: 0, flatTopShare: 0 },
    loudnessLufs: -24,
    fingerprint: { bits: new Uint8Array(0), length: 0 },
    againstOriginal: DIFFERENT,
    ...changes,
  };
}

/** The original (English) of a shot. */
export function original(shotName: string, changes: Partial<HeardTrack> = {}): HeardTrack {
  return track('en', shotName, { role: 'original', voice: 'original', againstOriginal: null, ...changes });
}

/** A 4 s shot; every two voices fit with height 40 at lag 0 unless `pairs` says otherwise. */
export function shot(name: string, dubs: HeardTrack[], changes: Partial<HeardShot> = {}): HeardShot {
  const voices = ['original', ...dubs.map(({ voice }) => voice)];
  const pairs: PairPeaks[] = voices.flatMap((first, i) =>
    voices.slice(i + 1).map((second) => ({
      first,
      second,
      peaks: [
        { lagMs: 0, height: 40 },
        { lagMs: 300, height: 4.5 },
      ],
    })),
  );
  return { shotId: `shot-${name}`, name, durationSec: 4, original: original(name), dubs, pairs, ...changes };
}

/** What was measured of a language: sure, over 3 shots, unless told otherwise. */
export function offset(
  language: string,
  offsetMs: number | null,
  changes: Partial<HeardOffset> = {},
): HeardOffset {
  return {
    voice: `${language} dub`,
    language: language as LanguageTag,
    offsetMs,
    uncertaintyMs: offsetMs === null ? null : 0.1,
    polarity: offsetMs === null ? null : 1,
    confidence: offsetMs === null ? 0 : 0.995,
    peakRatio: offsetMs === null ? 1.04 : 8,
    peakHeight: offsetMs === null ? 4.4 : 40,
    candidatesMs: offsetMs === null ? [42, -310] : [],
    shotCount: 3,
    ...changes,
  };
}

/** A title. */
export function title(shots: HeardShot[], offsets: HeardOffset[] = []): HeardTitle {
  return { titleId: 'title-1', name: 'paper-moon', originalLanguage: 'en' as LanguageTag, shots, offsets };
}

/** Code, severity and track of findings, short. */
export function brief(findings: FindingDraft[]): string[] {
  return findings.map(
    ({ code, severity, trackId, language }) => `${severity} ${code} ${trackId ?? language}`,
  );
}
