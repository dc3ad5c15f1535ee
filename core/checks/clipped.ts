/** Tracks whose peaks were cut off. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { percent, rounded, trackInShot } from './wording.ts';

/** `clipped`: fault where much is cut off, warning where little is. Originals are judged as well as dubs. */
export function checkClipped(title: HeardTitle, profile: CheckProfile = DEFAULT_PROFILE): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    [shot.original, ...shot.dubs].flatMap((track) => {
      if (track === null || isSilent(track)) return [];
      const severity = severityOf(track, profile);
      if (severity === null) return [];
      const { fullScaleShare, nearFullScaleShare, pileUp, flatTopShare } = track.clipping;
      const share = Math.max(nearFullScaleShare, flatTopShare);
      const sentence = `${trackInShot(track, shot)} is clipped: ${percent(share)} of its samples sit at the ceiling, where natural sound is thinnest.`;
      const numbers = {
        fullScaleShare: rounded(fullScaleShare, 6),
        nearFullScaleShare: rounded(nearFullScaleShare, 6),
        flatTopShare: rounded(flatTopShare, 6),
        pileUpRatio: rounded(pileUp),
        peakDbfs: rounded(20 * Math.log10(Math.max(1e-10, track.level.peak)), 1),
      };
      return [trackFinding(title, shot, track, { code: 'clipped', severity, sentence, numbers })];
    }),
  );
}

function severityOf({ clipping }: HeardTrack, profile: CheckProfile): 'fault' | 'warning' | null {
  const limits = profile.thresholds.clipped;
  const { fullScaleShare, nearFullScaleShare, flatTopShare } = clipping;
  const piles = clipping.pileUp >= limits.pileUpRatio;
  if ((piles && fullScaleShare >= limits.faultShare) || flatTopShare >= limits.flatFaultShare) return 'fault';
  const isNear = piles && nearFullScaleShare >= limits.warningShare;
  return isNear || flatTopShare >= limits.flatWarningShare ? 'warning' : null;
}
