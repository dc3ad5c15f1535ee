/** Compares the dubs of a shot with each other, where they could be one and the same sound. */
import type { PairPeaks } from '../align/evidence-pool.ts';
import { FINGERPRINT_RATE_HZ, type Fingerprint } from '../align/fingerprint.ts';
import { compareSounds } from '../align/same-sound.ts';
import type { MeasuredTrack } from './measure-track.ts';

/** Dubs that fit less clearly than this cannot be the same, standard deviations. */
const CLEAR_HEIGHT = 10;
/** Signs that copies have in common at least; copies after 24-64 kbit/s have 0.80 and more, most dubs under 0.7. */
const LEAST_AGREEMENT = 0.72;

/** Writes into `heard.againstDubs` of each dub how it compares with those other dubs that it could be a copy of. */
export function compareDubs(dubs: readonly MeasuredTrack[], pairs: readonly PairPeaks[]): void {
  const byVoice = new Map(dubs.filter(({ isSilent }) => !isSilent).map((dub) => [dub.heard.voice, dub]));
  for (const { first, second, peaks } of pairs) {
    const a = byVoice.get(first);
    const b = byVoice.get(second);
    const best = peaks[0];
    if (a === undefined || b === undefined || best === undefined || best.height < CLEAR_HEIGHT) continue;
    if (agreement(a.heard.fingerprint, b.heard.fingerprint, best.lagMs) < LEAST_AGREEMENT) continue;
    const comparison = compareSounds(a.bed.plain, b.bed.plain, best.lagMs);
    a.heard.againstDubs = [...(a.heard.againstDubs ?? []), { voice: second, comparison }];
    b.heard.againstDubs = [...(b.heard.againstDubs ?? []), { voice: first, comparison }];
  }
}

/** Share of the signs that two fingerprints have in common, the second of which is `lagMs` later; polarity aside. */
export function agreement(a: Fingerprint, b: Fingerprint, lagMs: number): number {
  const lag = Math.round((lagMs * FINGERPRINT_RATE_HZ) / 1000);
  const from = Math.max(0, -lag);
  const to = Math.min(a.length, b.length - lag);
  if (to <= from) return 0;
  // Neighbouring places too: the fit is known better than the signs are dense, but codecs move sound by parts of one.
  const shares = [-1, 0, 1].map((aside) => {
    let same = 0;
    for (let i = Math.max(from, -lag - aside); i < to - 1; i += 1) {
      if (signAt(a, i) === signAt(b, i + lag + aside)) same += 1;
    }
    const share = same / (to - from);
    return Math.max(share, 1 - share);
  });
  return Math.max(...shares);
}

function signAt({ bits }: Fingerprint, i: number): number {
  return (bits[i >> 3]! >> (i & 7)) & 1;
}
