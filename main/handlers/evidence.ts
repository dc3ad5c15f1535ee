/** Requests for what findings rest on: pictures of what was heard, as far as that is kept. */
import { join } from 'node:path';
import type { LagLine } from '../../core/align/lag-picture.ts';
import type { HeardTitle } from '../../core/checks/heard.ts';
import { hearingRecipe } from '../../core/checks/hearing-recipe.ts';
import { type KeptHearing, keepHearing } from '../../core/checks/kept-hearing.ts';
import { keptOffset, keptTitle } from '../../core/checks/kept-offset.ts';
import { levelEvidence, withPeaks } from '../../core/checks/level-evidence.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { LevelCode, LevelEvidence } from '../../core/domain/evidence.ts';
import type { LagEvidence, LagEvidenceLine } from '../../core/domain/finding.ts';
import { ffmpegVersion } from '../../core/process/ffmpeg-version.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { Project } from '../../core/project/project.ts';
import { checkInputOf } from '../../core/project/queries/check-input.ts';
import { findingOfTrack } from '../../core/project/queries/findings.ts';
import { soundOf } from '../../core/project/queries/inspection.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';
import { keptMediaOf } from './inspection.ts';
import { sharedEvidence } from './shared-evidence.ts';

/** Handlers of `alignment/evidence`, `finding/levels` and `finding/shared`. */
export function evidenceHandlers(context: HostContext) {
  return {
    'alignment/evidence': ({ titleId, language }) => fitOf(context.project(), titleId, language),
    'finding/levels': (a) => levelsOf(context.project(), a),
    'finding/shared': async (a) => {
      const project = context.project();
      return sharedEvidence(project, await keptIn(project), a);
    },
  } satisfies Partial<Handlers>;
}

let recipe: Promise<string> | null = null;

/** What the checks have heard in a project, with the ffmpeg that is there now. */
async function keptIn({ folder }: Project): Promise<KeptHearing> {
  recipe ??= ffmpegVersion(locateMediaTools().ffmpegPath).then(hearingRecipe);
  return keepHearing(join(folder, 'cache'), await recipe);
}

async function fitOf(project: Project, titleId: string, language: string): Promise<LagEvidence | null> {
  const [title] = checkInputOf(project.db, [titleId]).titles;
  if (title === undefined) return null;
  const found = await keptOffset(await keptIn(project), title, language);
  if (found?.picture == null) return null;
  const { picture, offsetMs, candidatesMs, shotCount } = found;
  const line = ({ fromMs, stepMs, heights }: LagLine): LagEvidenceLine => ({
    fromMs,
    stepMs,
    heights: Array.from(heights, (height) => Math.round(height * 100) / 100),
  });
  return { all: line(picture.all), near: line(picture.near), offsetMs, candidatesMs, shotCount };
}

async function heardTitle(project: Project, titleId: string): Promise<HeardTitle | null> {
  const [title] = checkInputOf(project.db, [titleId]).titles;
  return title === undefined ? null : keptTitle(await keptIn(project), title);
}

async function levelsOf(
  project: Project,
  { trackId, code, columns, whole }: RequestArguments<'finding/levels'>,
): Promise<LevelEvidence | null> {
  const finding = findingOfTrack(project.db, trackId, code);
  const title = finding === null ? null : await heardTitle(project, finding.titleId);
  if (finding === null || title === null) return null;
  const drawn = levelEvidence(title, { ...finding, code }, { columns, whole });
  if (drawn === null || !hasPeaks(code, drawn.evidence)) return drawn?.evidence ?? null;
  // Peaks are kept elsewhere than levels; without them the levels are shown all the same.
  const peaks = await keptMediaOf(project)
    .peaks(soundOf(project.db, trackId), { ...drawn.trackWindow, columns })
    .catch((error: unknown) => {
      if (error instanceof AppError) return null;
      throw error;
    });
  return peaks === null ? drawn.evidence : withPeaks(drawn.evidence, peaks);
}

function hasPeaks(code: LevelCode, { limit }: LevelEvidence): boolean {
  return code === 'clipped' || limit?.kind === 'ceiling';
}
