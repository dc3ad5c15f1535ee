/** Runs every check over every title: the one entrance to `core/checks`. */
import { setImmediate } from 'node:timers/promises';
import type { Alignment, FindingDraft } from '../domain/finding.ts';
import { initFft } from '../dsp/fft.ts';
import { noProgress, type OnProgress } from '../jobs/progress.ts';
import { checkChannels } from './channels.ts';
import type { CheckInput, OpenTrack } from './check-input.ts';
import { checkClipped } from './clipped.ts';
import { checkCommentary } from './commentary.ts';
import { checkDifferentCut } from './different-cut.ts';
import { checkDrift } from './drift.ts';
import { checkDropout } from './dropout.ts';
import { checkDuplicateTrack } from './duplicate-track.ts';
import { hearTitleSpeech } from './hear-speech.ts';
import { hearTitle, voicesOf } from './hear-title.ts';
import type { HeardTitle, TitleCheck } from './heard.ts';
import { type Hear, hearHere } from './hearing.ts';
import { type KeptHearing, keepLongTracks, noneKept, withoutPaths } from './kept-hearing.ts';
import { checkLanguages } from './language-mismatch.ts';
import { checkLevelDifference } from './level-difference.ts';
import { checkLoudnessRange } from './loudness-range.ts';
import { checkLowBandwidth } from './low-bandwidth.ts';
import { checkNoSpeech } from './no-speech.ts';
import { checkOffset } from './offset.ts';
import { checkOffsetUnknown } from './offset-unknown.ts';
import { mapAhead } from './open-tracks.ts';
import { checkOriginalSpeech } from './original-speech.ts';
import { checkOutsideWindow } from './outside-window.ts';
import { type CheckProfile, DEFAULT_PROFILE, withProfile } from './profile.ts';
import { checkSameAsOriginal } from './same-as-original.ts';
import { judgeSuspect, searchableSuspects, suspectsOf } from './shares-nothing.ts';
import { checkSilent } from './silent.ts';
import { checkTruncated } from './truncated.ts';
import { rounded } from './wording.ts';

/** Checks that need one title only. `shares-nothing` and `language-mismatch` look at all. */
const TITLE_CHECKS: readonly TitleCheck[] = [
  checkOffset,
  checkOffsetUnknown,
  checkDrift,
  checkDifferentCut,
  checkSilent,
  checkDropout,
  checkClipped,
  checkLevelDifference,
  checkLoudnessRange,
  checkChannels,
  checkLowBandwidth,
  checkTruncated,
  checkSameAsOriginal,
  checkDuplicateTrack,
  checkOutsideWindow,
  checkNoSpeech,
  checkOriginalSpeech,
  checkCommentary,
];

/** How far a dub is looked for from its original in short shots, ms either way. */
export const DEFAULT_MAX_OFFSET_MS = 2500;

/** What the checks need from outside. */
export type CheckDependencies = {
  /** Opens what import kept of a track; nothing is decoded here. */
  openTrack: OpenTrack;
  /** Does the listening elsewhere, `lanes` pieces at a time (hearing-pool.ts). Default: in this thread, one at a time. */
  threads?: { hear: Hear; lanes: number };
  /** Remembers what was heard (kept-hearing.ts). Default: nothing. */
  kept?: KeptHearing;
  /** Default 2500. */
  maxOffsetMs?: number;
  /** Default: dataset. */
  profile?: CheckProfile;
  signal?: AbortSignal | undefined;
  /** Steps `listen` (unit `tracks`) and `compare` (unit `suspects`). */
  onProgress?: OnProgress;
};

/** What the checks say. */
export type CheckResult = { alignments: Alignment[]; findings: FindingDraft[] };

/**
 * Listens to all titles, `threads.lanes` side by side; of each shot no more than 30 s of sound are held at a time. The
 * result is the same to the bit however many lanes there are, and whether or not anything was kept.
 * @throws what `openTrack` throws, and the signal's reason when it aborts.
 */
export async function runChecks(input: CheckInput, deps: CheckDependencies): Promise<CheckResult> {
  const { signal, onProgress = noProgress } = deps;
  const profile = deps.profile ?? DEFAULT_PROFILE;
  await initFft();
  const titles = await hearTitles(input, deps);
  const foreign = await judgeSuspects(titles, signal, onProgress);
  const ofProject = [...foreign, ...(await checkLanguages(titles, signal)).findings];
  return {
    alignments: titles.flatMap(alignmentsOf),
    findings: titles.flatMap((title) =>
      withProfile(
        [
          ...TITLE_CHECKS.flatMap((check) => check(title, profile)),
          ...ofProject.filter(({ titleId }) => titleId === title.titleId),
        ],
        profile,
      ),
    ),
  };
}

async function hearTitles(input: CheckInput, deps: CheckDependencies): Promise<HeardTitle[]> {
  const { openTrack, maxOffsetMs = DEFAULT_MAX_OFFSET_MS, signal, onProgress = noProgress } = deps;
  const { kept = noneKept } = deps;
  const { hear: hearNew, lanes } = deps.threads ?? { hear: hearHere(openTrack, signal), lanes: 1 };
  const hear = keepLongTracks(hearNew, kept);
  const total = input.titles.flatMap(({ shots }) => shots.flatMap(voicesOf)).length;
  let done = 0;
  const titles: HeardTitle[] = [];
  const hearing = mapAhead(input.titles, lanes, async (title) => {
    let heardTracks = 0;
    const onTrack = (): void => {
      heardTracks += 1;
      done += 1;
      onProgress({ step: 'listen', done, total, unit: 'tracks', detail: title.name });
    };
    const heard = await kept.keep({ what: 'title', title: withoutPaths(title), maxOffsetMs }, async () => {
      const made = await hearTitle(title, { openTrack, hear, lanes, maxOffsetMs, signal, onTrack });
      await hearTitleSpeech(title, made, { hear, lanes, signal });
      return made;
    });
    const tracks = title.shots.flatMap(voicesOf).length;
    while (heardTracks < tracks) onTrack();
    return heard;
  });
  for await (const title of hearing) {
    signal?.throwIfAborted();
    titles.push(title);
  }
  return titles;
}

async function judgeSuspects(
  titles: readonly HeardTitle[],
  signal: AbortSignal | undefined,
  onProgress: OnProgress,
): Promise<FindingDraft[]> {
  const suspects = titles.flatMap(suspectsOf);
  const searchable = searchableSuspects(titles);
  const findings: FindingDraft[] = [];
  for (const [i, suspect] of suspects.entries()) {
    // One turn of the event loop, in which a request to stop can arrive.
    await setImmediate();
    signal?.throwIfAborted();
    const finding = judgeSuspect(suspect, i < searchable ? titles : []);
    if (finding !== null) findings.push(finding);
    onProgress({ step: 'compare', done: i + 1, total: suspects.length, unit: 'suspects' });
  }
  return findings;
}

function alignmentsOf(title: HeardTitle): Alignment[] {
  return title.offsets.map((offset) => ({
    titleId: title.titleId,
    language: offset.language,
    offsetMs: offset.offsetMs === null ? null : rounded(offset.offsetMs),
    confidence: rounded(offset.confidence, 4),
    source: 'measured',
    shotCount: offset.shotCount,
    peakRatio: rounded(offset.peakRatio),
    candidatesMs: offset.candidatesMs.map((ms) => rounded(ms)),
    uncertaintyMs: offset.uncertaintyMs === null ? null : rounded(offset.uncertaintyMs),
  }));
}
