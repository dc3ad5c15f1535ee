/** Tracks that are upside down against their original: they fit where the curve is lowest, not where it is highest. */
import { type EvidencePool, pairKey } from './evidence-pool.ts';
import { findPeaks, type LagCurve, scaleToNoise } from './lag-curve.ts';

/** A peak has valleys beside it, so the lowest place must outdo the highest clearly, and chance as well. */
const LEAST_LEAD = 1.4;
const LEAST_HEIGHT = 9;

/** Turns the curves of reversed voices over, in place, and names the voices. */
export function turnReversed(pool: EvidencePool, reference: string): Set<string> {
  const reversed = new Set(
    pool.voices.filter((voice) => voice !== reference && isReversed(pool, reference, voice)),
  );
  for (const [i, first] of pool.voices.entries()) {
    for (const second of pool.voices.slice(i + 1)) {
      if (reversed.has(first) === reversed.has(second)) continue;
      turn(pool.curves.get(pairKey(first, second)) ?? pool.curves.get(pairKey(second, first)));
    }
  }
  for (const voice of reversed) turn(pool.loudCurves.get(voice));
  return reversed;
}

function isReversed(pool: EvidencePool, reference: string, voice: string): boolean {
  const curve = pool.curves.get(pairKey(reference, voice));
  if (curve === undefined) return false;
  const upright = findPeaks(scaleToNoise(curve.slice()), 1)[0]?.height ?? 0;
  const turned = scaleToNoise(curve.map((value) => -value));
  const reversed = findPeaks(turned, 1)[0]?.height ?? 0;
  return reversed >= Math.max(LEAST_HEIGHT, LEAST_LEAD * upright);
}

function turn(curve: LagCurve | undefined): void {
  if (curve !== undefined) for (let i = 0; i < curve.length; i += 1) curve[i] = -curve[i]!;
}
