/**
 * How sure a peak of a pooled lag curve is. A logistic curve fitted to planted shifts (docs/checks.md has the table):
 * real shots cut to 0.5-4.5 s and shifted by up to 1 s, sounds mixed under foreign speech at -25 to 0 dB, and pairs
 * that share nothing.
 */

const INTERCEPT = -7.39;
const PER_HEIGHT = 0.772;
const PER_LOG_RATIO = 13.95;
/** Beyond these, more height or a clearer lead says nothing more. */
const HEIGHT_LIMIT = 10;
const RATIO_LIMIT = 2;
/**
 * A beat or a loop fits almost as well one period away, and a mix may hold parts some ms apart, however little noise
 * there is: less of a lead is not enough.
 */
const LEAST_RATIO = 1.6;
const UNLESS_LEADING = 0.9;
/** Mixes whose parts are shifted against each other have more than one right answer; no peak can exclude that. */
const LARGEST = 0.995;

/**
 * Probability, 0..0.995, that the highest peak is within 5 ms of the true shift.
 * @param peakHeight standard deviations of the noise. Around 4.5 is what chance reaches over ±2 s.
 * @param peakRatio height over the next peak that is at least 5 ms away.
 */
export function offsetConfidence({
  peakHeight,
  peakRatio,
}: {
  peakHeight: number;
  peakRatio: number;
}): number {
  if (!(peakHeight > 0 && peakRatio >= 1)) return 0;
  const evidence =
    INTERCEPT +
    PER_HEIGHT * Math.min(peakHeight, HEIGHT_LIMIT) +
    PER_LOG_RATIO * Math.log(Math.min(peakRatio, RATIO_LIMIT));
  const limit = peakRatio < LEAST_RATIO ? UNLESS_LEADING : LARGEST;
  return Math.min(limit, 1 / (1 + Math.exp(-evidence)));
}
