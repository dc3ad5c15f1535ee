/** One number a pair, by which listening is ordered: what is surely wrong comes first. */
import type { Alignment, Finding, FindingSeverity } from '../domain/finding.ts';

type Judged = Pick<Finding, 'code' | 'severity' | 'numbers'>;

/** Where the band of each severity begins; the next band is never reached from below. */
const BANDS: Record<FindingSeverity, readonly [from: number, to: number]> = {
  info: [0, 25],
  warning: [25, 60],
  fault: [60, 100],
};
/** Part of what is left of its band that one finding of full strength takes. */
const SHARE = 0.75;
/** Milder findings beside the worst one count less. */
const BESIDE: Record<FindingSeverity, number> = { info: 0.05, warning: 0.3, fault: 1 };
/** What a shift that cannot be told adds at most, points. */
const UNKNOWN_OFFSET = 5;
/** Strength of a finding whose numbers say nothing about it. */
const USUAL_STRENGTH = 0.5;

/** How far beyond its threshold a finding is, 0..1: a number of its evidence over the value that leaves no doubt. */
const STRENGTHS: Partial<Record<Finding['code'], readonly [number: string, certain: number][]>> = {
  offset: [['offsetMs', 500]],
  'offset-shot': [['shotOffsetMs', 1000]],
  dropout: [['totalMs', 1000]],
  clipped: [
    ['nearFullScaleShare', 0.05],
    ['flatTopShare', 0.05],
  ],
  'level-difference': [['differenceLu', 30]],
  'loudness-range': [['differenceLu', 20]],
  truncated: [
    ['missingAtStartMs', 2000],
    ['missingAtEndMs', 2000],
  ],
  'same-as-original': [['residualDb', 12]],
  'duplicate-track': [
    ['residualDb', 12],
    ['sameSigns', 1],
  ],
  'shares-nothing': [
    ['foundHeightSd', 30],
    ['bedHeightSd', 40],
  ],
};

/** Codes whose word alone leaves no doubt. */
const CERTAIN: readonly Finding['code'][] = ['silent'];

/**
 * 0..100, our choice: the worst severity gives a band (info 0-25, warning 25-60, fault 60-100); inside it each finding
 * takes three quarters of what is left, times its strength (how far beyond the threshold, 0..1); milder findings count
 * for less. A shift that cannot be told adds up to 5 points inside the band. A clean pair whose shift is known has 0.
 * @param findings of the pair's track and of its language in the title.
 * @param alignment of its language; null where nothing was measured.
 */
export function suspicionOf(
  findings: readonly Judged[],
  alignment: Pick<Alignment, 'offsetMs' | 'confidence' | 'source'> | null,
): number {
  const worst = (['fault', 'warning', 'info'] as const).find((one) =>
    findings.some(({ severity }) => severity === one),
  );
  const [from, to] = BANDS[worst ?? 'info'];
  const left = findings.reduce((rest, finding) => {
    const weight = finding.severity === worst ? 1 : BESIDE[finding.severity];
    return rest * (1 - SHARE * weight * strengthOf(finding));
  }, 1);
  const inBand = (to - from - UNKNOWN_OFFSET) * (worst === undefined ? 0 : 1 - left);
  const score = from + inBand + UNKNOWN_OFFSET * unsureness(alignment);
  return Math.round(Math.min(to - Number(to < 100), score) * 10) / 10;
}

function unsureness(alignment: Pick<Alignment, 'offsetMs' | 'confidence' | 'source'> | null): number {
  if (alignment === null || (alignment.offsetMs === null && alignment.source !== 'person')) return 1;
  return alignment.source === 'person' ? 0 : 1 - Math.max(0, Math.min(1, alignment.confidence / 0.995));
}

function strengthOf({ code, numbers }: Judged): number {
  if (CERTAIN.includes(code)) return 1;
  const values = (STRENGTHS[code] ?? []).flatMap(([name, certain]) => {
    const value = numbers[name];
    return typeof value === 'number' ? [Math.min(1, Math.abs(value) / certain)] : [];
  });
  return values.length === 0 ? USUAL_STRENGTH : Math.max(0.1, ...values);
}
