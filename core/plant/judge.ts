/** How well the checks did on a planted corpus: recall and false alarms, and whether the stated confidence is right. */
import type { Alignment, Finding, FindingCode } from '../domain/finding.ts';
import type { PlantedFault, PlantedKey, PlantedOffset } from './key.ts';
import type { PlantKind } from './kinds.ts';

/** What was said of the corpus, with names in place of ids. */
export type SaidOfCorpus = {
  findings: readonly (Finding & { titleName: string; shotName: string | null })[];
  alignments: readonly (Alignment & { titleName: string })[];
  /** Every pair of the corpus. */
  pairs: readonly { titleName: string; shotName: string; language: string }[];
};

/** One kind of planted fault. `missed`: those that no finding told, in words. */
export type KindScore = { kind: PlantKind; planted: number; found: number; missed: string[] };

/** Warnings and faults of one code on pairs in which nothing was planted. `sentences`: each of them. */
export type FalseAlarms = { code: FindingCode; pairs: number; sentences: string[] };

/** Claims of a range of confidence. `right`: those within 5 ms of the truth. */
export type CalibrationRow = { from: number; to: number; claims: number; right: number };

/** Offsets whose truth is known. */
export type OffsetScore = {
  known: number;
  claimed: number;
  within1Ms: number;
  within5Ms: number;
  /** Off by more than 5 ms while claiming over 0.9. */
  wronglySure: string[];
  /** By tenths of the stated confidence; guesses that were not claimed included. */
  calibration: CalibrationRow[];
};

/** The whole judgement. */
export type PlantedScore = {
  kinds: KindScore[];
  falseAlarms: FalseAlarms[];
  /** Pairs without a planted fault, and how many of them have a false alarm of any kind. */
  cleanPairs: number;
  alarmedPairs: number;
  offsets: OffsetScore;
};

const EXACT_MS = 1;
const RIGHT_MS = 5;
const SURE = 0.9;
const TENTHS = 10;

/** Compares what was said with what was planted. */
export function judgePlanted(key: PlantedKey, said: SaidOfCorpus): PlantedScore {
  const alarms = said.findings.filter(({ severity }) => severity !== 'info');
  const judged = key.faults.filter((fault) => fault.kind !== 'offset' || trueOffsetMs(key, fault) !== null);
  const kinds = [...Map.groupBy(judged, ({ kind }) => kind)].map(([kind, faults]): KindScore => {
    const missed = faults.filter((fault) => !isFound(fault, key, said, alarms));
    return {
      kind,
      planted: faults.length,
      found: faults.length - missed.length,
      missed: missed.map(faultText),
    };
  });
  const clean = said.pairs.filter((pair) => !key.faults.some((fault) => isAbout(fault, pair)));
  const isFalse = (finding: SaidOfCorpus['findings'][number]): boolean =>
    finding.code !== 'offset' && !isExplained(finding, key);
  const groups = Map.groupBy(alarms.filter(isFalse), ({ code }) => code);
  const falseAlarms = [...groups].map(
    ([code, findings]): FalseAlarms => ({
      code,
      pairs: clean.filter((pair) => findings.some((finding) => isOfPair(finding, pair))).length,
      sentences: findings.map(({ titleName, sentence }) => `${titleName}: ${sentence}`),
    }),
  );
  const alarmedPairs = clean.filter((pair) =>
    alarms.some((finding) => isFalse(finding) && isOfPair(finding, pair)),
  );
  return {
    kinds,
    falseAlarms,
    cleanPairs: clean.length,
    alarmedPairs: alarmedPairs.length,
    offsets: judgeOffsets(key, said.alignments),
  };
}

function isFound(
  fault: PlantedFault,
  key: PlantedKey,
  said: SaidOfCorpus,
  alarms: SaidOfCorpus['findings'],
): boolean {
  if (fault.kind !== 'offset') return alarms.some((finding) => tells(finding, fault));
  const trueMs = trueOffsetMs(key, fault);
  const claim = claimOf(said.alignments, fault);
  return trueMs !== null && claim?.offsetMs != null && Math.abs(claim.offsetMs - trueMs) <= EXACT_MS;
}

/** Null where the source itself does not tell how its dub sits: then nobody can say what is right. */
function trueOffsetMs(key: PlantedKey, place: { title: string; language: string }): number | null {
  const truth = key.offsets.find(
    ({ title, language }) => title === place.title && language === place.language,
  );
  return truth === undefined || truth.ownMs === null ? null : truth.ownMs + truth.plantedMs;
}

function tells(finding: SaidOfCorpus['findings'][number], fault: PlantedFault): boolean {
  return fault.codes.includes(finding.code) && touches(finding, fault);
}

/** Whether a finding is about the dub that a fault is in; either may be about the whole title. */
function touches(
  finding: SaidOfCorpus['findings'][number],
  place: { title: string; shot: string | null; language: string },
): boolean {
  if (finding.titleName !== place.title || finding.language !== place.language) return false;
  return finding.shotName === null || place.shot === null || finding.shotName === place.shot;
}

/** What else is said of a dub with a fault is part of that fault, and what is said of the source is no false alarm. */
function isExplained(finding: SaidOfCorpus['findings'][number], key: PlantedKey): boolean {
  return (
    key.faults.some((fault) => touches(finding, fault) || isOtherHalf(finding, fault)) ||
    key.known.some((known) => known.code === finding.code && touches(finding, known))
  );
}

/** Of two dubs with the same sound the checks cannot know which is the copy: both are named, and both are right. */
function isOtherHalf(finding: SaidOfCorpus['findings'][number], fault: PlantedFault): boolean {
  const { soundOf } = fault.numbers;
  return (
    typeof soundOf === 'string' &&
    fault.codes.includes(finding.code) &&
    touches(finding, { ...fault, language: soundOf })
  );
}

function isAbout(fault: PlantedFault, pair: SaidOfCorpus['pairs'][number]): boolean {
  return (
    fault.title === pair.titleName &&
    fault.language === pair.language &&
    (fault.shot === null || fault.shot === pair.shotName)
  );
}

function isOfPair(finding: SaidOfCorpus['findings'][number], pair: SaidOfCorpus['pairs'][number]): boolean {
  return touches(finding, { title: pair.titleName, shot: pair.shotName, language: pair.language });
}

function claimOf(
  alignments: SaidOfCorpus['alignments'],
  { title, language }: { title: string; language: string },
): SaidOfCorpus['alignments'][number] | undefined {
  return alignments.find((alignment) => alignment.titleName === title && alignment.language === language);
}

function judgeOffsets(key: PlantedKey, alignments: SaidOfCorpus['alignments']): OffsetScore {
  const score: OffsetScore = {
    known: 0,
    claimed: 0,
    within1Ms: 0,
    within5Ms: 0,
    wronglySure: [],
    calibration: Array.from({ length: TENTHS }, (_, i) => ({
      from: i / TENTHS,
      to: (i + 1) / TENTHS,
      claims: 0,
      right: 0,
    })),
  };
  for (const offset of key.offsets) addOffset(score, offset, claimOf(alignments, offset));
  return score;
}

function addOffset(score: OffsetScore, offset: PlantedOffset, claim: Alignment | undefined): void {
  if (offset.ownMs === null || claim === undefined) return;
  const trueMs = offset.ownMs + offset.plantedMs;
  score.known += 1;
  const guessMs = claim.offsetMs ?? claim.candidatesMs[0];
  if (guessMs === undefined) return;
  const isRight = Math.abs(guessMs - trueMs) <= RIGHT_MS;
  const row = score.calibration[Math.min(TENTHS - 1, Math.floor(claim.confidence * TENTHS))]!;
  row.claims += 1;
  row.right += Number(isRight);
  if (claim.offsetMs === null) return;
  score.claimed += 1;
  score.within1Ms += Number(Math.abs(guessMs - trueMs) <= EXACT_MS);
  score.within5Ms += Number(isRight);
  if (!isRight && claim.confidence > SURE) {
    score.wronglySure.push(
      `${offset.title} ${offset.language}: said ${guessMs.toFixed(1)} ms, is ${trueMs.toFixed(1)} ms (sure to ${claim.confidence.toFixed(3)})`,
    );
  }
}

function faultText({ id, kind, title, shot, language, numbers }: PlantedFault): string {
  const how = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
  return `${id} ${kind} in ${title}${shot === null ? '' : ` shot ${shot}`} ${language}${how.length === 0 ? '' : ` (${how.join(', ')})`}`;
}
