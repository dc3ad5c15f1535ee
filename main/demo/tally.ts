/** Found against planted: what the checks said of the demo corpus beside what its makers put in. */
import { readFileSync } from 'node:fs';
import type { FindingCode } from '../../core/domain/finding.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import type { ReportInput } from '../../core/evaluation/report-input.ts';
import type { SaidOfCorpus } from '../../core/plant/judge.ts';

/** A fault as demo/truth.json lists it. */
export type PlantedFault = {
  kind: 'offset' | 'silent' | 'clipped' | 'original-again' | 'other-scene' | 'too-quiet';
  title: string;
  language: string;
  shot?: number;
  offsetMs?: number;
};

/** The part of demo/truth.json that the demo needs. */
export type Truth = {
  titles: { id: string; split: 'train' | 'heldout' }[];
  faults: PlantedFault[];
};

/** What the checks said, with names instead of ids. */
export type Heard = Pick<SaidOfCorpus, 'findings' | 'alignments'>;

/** One planted fault and what was said of it. */
export type TallyRow = {
  planted: string;
  found: boolean;
  said: string;
  /** Pairs that the fault is in: a shot's one, or all of a title's dub. */
  pairs: number;
};

/** The whole comparison. */
export type Tally = { rows: TallyRow[]; falseAlarms: string[] };

const CODE_OF: Record<Exclude<PlantedFault['kind'], 'offset'>, FindingCode> = {
  silent: 'silent',
  clipped: 'clipped',
  'original-again': 'same-as-original',
  'other-scene': 'shares-nothing',
  'too-quiet': 'level-difference',
};

/** An offset counts as found when it is this near, ms; a clean dub must be measured this near to 0. */
const OFFSET_TOLERANCE_MS = 1;

/** Reads demo/truth.json. */
export function readTruth(path: string): Truth {
  return JSON.parse(readFileSync(path, 'utf8')) as Truth;
}

/** Compares. A warning or fault that nobody planted is a false alarm, and so is an offset where there is none. */
export function tally(truth: Truth, heard: Heard): Tally {
  const explained = new Set<string>();
  const rows = truth.faults.map((fault) =>
    fault.kind === 'offset' ? offsetRow(fault, heard, explained) : shotRow(fault, heard, explained),
  );
  // Offsets of whole languages are compared by their numbers below, not by the finding's severity.
  const falseAlarms = heard.findings
    .filter(
      (finding) => finding.severity !== 'info' && finding.code !== 'offset' && !explained.has(finding.id),
    )
    .map((finding) => `${finding.titleName}: ${finding.sentence}`);
  const planted = new Set(
    truth.faults.filter((f) => f.kind === 'offset').map((f) => `${f.title} ${f.language}`),
  );
  for (const alignment of heard.alignments) {
    if (planted.has(`${alignment.titleName} ${alignment.language}`) || alignment.offsetMs === null) continue;
    if (Math.abs(alignment.offsetMs) > OFFSET_TOLERANCE_MS) {
      falseAlarms.push(
        `${alignment.titleName}: ${languageName(alignment.language)} measured ${alignment.offsetMs.toFixed(1)} ms off`,
      );
    }
  }
  return { rows, falseAlarms };
}

/** The tally as lines for a terminal. */
export function tallyLines({ rows, falseAlarms }: Tally): string[] {
  const found = rows.filter((row) => row.found).length;
  return [
    ...rows.map((row) => `  ${row.found ? 'found ' : 'MISSED'}  ${row.planted.padEnd(58)} ${row.said}`),
    ...falseAlarms.map((alarm) => `  FALSE ALARM  ${alarm}`),
    `Planted faults found: ${found} of ${rows.length}; false alarms on clean pairs: ${falseAlarms.length}.`,
  ];
}

/** The tally as the report takes it. `pairCount`: all pairs of the corpus. */
export function plantedOf(
  { rows, falseAlarms }: Tally,
  pairCount: number,
): NonNullable<ReportInput['planted']> {
  return {
    faults: rows.map((row) => ({ sentence: `${row.planted}: ${row.said}`, found: row.found })),
    falseAlarms: falseAlarms.length,
    cleanPairs: pairCount - rows.reduce((sum, row) => sum + row.pairs, 0),
  };
}

function offsetRow(fault: PlantedFault, heard: Heard, explained: Set<string>): TallyRow {
  const measured = heard.alignments.find((a) => a.titleName === fault.title && a.language === fault.language);
  const offsetMs = measured?.offsetMs ?? null;
  for (const finding of heard.findings) {
    const isHere = finding.titleName === fault.title && finding.language === fault.language;
    if (isHere && (finding.code === 'offset' || finding.code === 'outside-window')) explained.add(finding.id);
  }
  return {
    planted: `${fault.title}: ${languageName(fault.language)} ${signed(fault.offsetMs ?? 0)} ms`,
    found: offsetMs !== null && Math.abs(offsetMs - (fault.offsetMs ?? 0)) <= OFFSET_TOLERANCE_MS,
    said: offsetMs === null ? "can't tell" : `${signed(Number(offsetMs.toFixed(2)))} ms`,
    pairs: measured?.shotCount ?? 0,
  };
}

function shotRow(fault: PlantedFault, heard: Heard, explained: Set<string>): TallyRow {
  const here = heard.findings.filter(
    (finding) =>
      finding.titleName === fault.title &&
      finding.language === fault.language &&
      finding.shotName !== null &&
      Number(finding.shotName) === fault.shot,
  );
  // What else is said of a pair with a planted fault is part of that fault, not a false alarm.
  for (const finding of here) explained.add(finding.id);
  const code = CODE_OF[fault.kind as Exclude<PlantedFault['kind'], 'offset'>];
  const hit = here.find((finding) => finding.code === code && finding.severity !== 'info');
  return {
    planted: `${fault.title} shot ${fault.shot}: ${languageName(fault.language)} ${fault.kind}`,
    found: hit !== undefined,
    said: hit?.sentence ?? here[0]?.sentence ?? 'nothing',
    pairs: 1,
  };
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
