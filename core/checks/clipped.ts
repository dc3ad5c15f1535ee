/** Tracks whose peaks were cut off. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { percent, rounded, trackInShot } from './wording.ts';

/** Samples pile up at the top instead of thinning out: near full scale against 70-90 %. Normalised speech has 0.1. */
const PILE_UP = 0.25;
/** Share of samples at full scale that makes it a fault, and near full scale that makes it a warning. */
const FAULT_SHARE = 0.005;
const WARNING_SHARE = 0.0005;
/** The same for flat tops, which only lossless sound keeps. */
const FLAT_FAULT_SHARE = 0.005;
const FLAT_WARNING_SHARE = 0.0002;

/** `clipped`: fault where much is cut off, warning where little is. Originals are judged as well as dubs. */
export function checkClipped(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    [shot.original, ...shot.dubs].flatMap((track) => {
      if (track === null || isSilent(track)) return [];
      const severity = severityOf(track);
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

function severityOf({ clipping }: HeardTrack): 'fault' | 'warning' | null {
  const { fullScaleShare, nearFullScaleShare, pileUp, flatTopShare } = clipping;
  const piles = pileUp >= PILE_UP;
  if ((piles && fullScaleShare >= FAULT_SHARE) || flatTopShare >= FLAT_FAULT_SHARE) return 'fault';
  if ((piles && nearFullScaleShare >= WARNING_SHARE) || flatTopShare >= FLAT_WARNING_SHARE) return 'warning';
  return null;
}
