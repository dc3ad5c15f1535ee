/** How the checks did on a planted corpus, as text. */
import type { PlantedScore } from '../../core/plant/judge.ts';
import { table } from '../cli/terminal.ts';

const MOST_SHOWN = 12;

/** The judgement as lines for a terminal. */
export function scoreLines(score: PlantedScore): string[] {
  const { kinds, falseAlarms, cleanPairs, alarmedPairs, offsets } = score;
  const missed = kinds.flatMap((kind) => kind.missed);
  return [
    ...table([
      ['planted', 'faults', 'found', 'recall'],
      ...kinds.map(({ kind, planted, found }) => [kind, planted, found, share(found, planted)]),
    ]),
    ...list('Missed', missed),
    `False alarms: ${alarmedPairs} of ${cleanPairs} clean pairs (${share(alarmedPairs, cleanPairs)}).`,
    ...falseAlarms.flatMap(({ code, pairs, sentences }) => list(`  ${code} on ${pairs} pairs`, sentences)),
    `Offsets: ${offsets.claimed} of ${offsets.known} claimed; ${offsets.within1Ms} within 1 ms, ${offsets.within5Ms} within 5 ms; ${offsets.wronglySure.length} wrong by more while over 0.9 sure.`,
    ...list('Wrongly sure', offsets.wronglySure),
    ...table([
      ['stated confidence', 'offsets', 'right within 5 ms'],
      ...offsets.calibration
        .filter(({ claims }) => claims > 0)
        .map(({ from, to, claims, right }) => [
          `${from.toFixed(1)}-${to.toFixed(1)}`,
          claims,
          share(right, claims),
        ]),
    ]),
  ];
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}

function list(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_SHOWN).map((line) => `  ${line}`);
  const rest = lines.length - shown.length;
  return [
    `${heading} (${lines.length}):`,
    ...shown,
    ...(rest > 0 ? [`  ... and ${rest} more (--json has all)`] : []),
  ];
}
