/** Dubs that have lost their high frequencies. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { rounded, trackInShot } from './wording.ts';

/** Sample rates that sound was once brought to, Hz. */
const PAST_RATES_HZ = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000];
/** A resampler's filter ends within this of half its rate. */
const PAST_RATE_TOLERANCE = 0.1;

/**
 * `low-bandwidth`: warning where a dub ends at far lower frequencies than its original and than most other dubs of its
 * shot; fault where it ends like a telephone.
 */
export function checkLowBandwidth(
  title: HeardTitle,
  profile: CheckProfile = DEFAULT_PROFILE,
): FindingDraft[] {
  const { lossRatio, belowHz, telephoneHz } = profile.thresholds['low-bandwidth'];
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      if (isSilent(dub) || dub.measures.bandwidthHz >= belowHz) return [];
      const others = [shot.original, ...shot.dubs].filter(
        (track): track is HeardTrack => track !== null && track !== dub && !isSilent(track),
      );
      const usualHz = median(others.map(({ measures }) => measures.bandwidthHz));
      const originalHz = shot.original?.measures.bandwidthHz ?? usualHz;
      const { bandwidthHz } = dub.measures;
      if (others.length === 0 || bandwidthHz >= lossRatio * Math.min(usualHz, originalHz)) return [];
      const severity = bandwidthHz <= telephoneHz ? 'fault' : 'warning';
      const sentence = `${trackInShot(dub, shot)} has nothing above ${kilohertz(bandwidthHz)}${pastText(bandwidthHz)}; the original goes on to ${kilohertz(originalHz)}.`;
      const numbers = {
        bandwidthHz: rounded(bandwidthHz, 0),
        originalBandwidthHz: rounded(originalHz, 0),
        usualBandwidthHz: rounded(usualHz, 0),
      };
      return [trackFinding(title, shot, dub, { code: 'low-bandwidth', severity, sentence, numbers })];
    }),
  );
}

function kilohertz(hz: number): string {
  return `${Number((hz / 1000).toFixed(1))} kHz`;
}

function pastText(hz: number): string {
  const rate = PAST_RATES_HZ.find((past) => Math.abs(hz / (past / 2) - 1) <= PAST_RATE_TOLERANCE);
  return rate === undefined ? '' : `, as if it had once been sampled at ${kilohertz(rate)}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
