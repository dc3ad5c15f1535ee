/** What to do next, from what the project holds; the overview says it in words and offers the button. */
import type { ProjectSummary } from '../../core/domain/project.ts';
import { plural } from './words.ts';

/** What the button does. */
export type NextAction = 'import' | 'check' | 'decide' | 'review' | 'train' | 'evaluate' | 'look';

/** The advice. `others` are steps that also make sense now. */
export type NextStepAdvice = { action: NextAction; sentence: string; others: readonly NextAction[] };

/** Button texts. */
export const ACTION_LABELS: Record<NextAction, string> = {
  import: 'Import media ...',
  check: 'Check all titles',
  decide: 'Decide as suggested',
  review: 'Review pairs',
  train: 'Train ...',
  evaluate: 'Evaluate the last run',
  look: 'Look at the runs',
};

/** @param checked whether checks have run since the last import. */
export function adviseNext(summary: ProjectSummary, checked: boolean): NextStepAdvice {
  const { titleCount, pairCount, pairsByState, runCount, evaluationCount } = summary;
  const undecided = pairsByState.open + pairsByState.suspect;
  if (titleCount === 0) {
    return {
      action: 'import',
      sentence:
        'The project is empty. Give it a folder of dubbed media: one file a language (title_shot_de.mp4), files with several sound tracks, or video with sound files beside it. Your media are only read.',
      others: [],
    };
  }
  if (pairCount === 0) {
    return {
      action: 'import',
      sentence:
        'The media have no dubs: every title was found in one language only. Import the same titles in other languages.',
      others: ['check'],
    };
  }
  if (!checked) {
    return {
      action: 'check',
      sentence: `${plural(pairCount, 'pair')} imported. Check them: offsets, silence, clipping, levels, and dubs that are none.`,
      others: ['review', 'import'],
    };
  }
  if (undecided > 0) {
    return {
      action: 'decide',
      sentence: `${plural(undecided, 'pair')} wait for a decision, ${pairsByState.suspect.toLocaleString('en')} of them with a fault. Take what the checks suggest in one step, or go through them, worst first.`,
      others: ['review', 'check', 'import'],
    };
  }
  if (runCount === 0) {
    return {
      action: 'train',
      sentence: `${plural(pairsByState.accepted, 'pair')} accepted. Train a model on them.`,
      others: ['review', 'check', 'import'],
    };
  }
  if (evaluationCount === 0) {
    return {
      action: 'evaluate',
      sentence:
        'A model has been trained. Evaluate it on the held-out titles: retrieval, and how alike it finds every language.',
      others: ['look', 'train', 'review', 'import'],
    };
  }
  return {
    action: 'look',
    sentence:
      'Everything imported is decided, trained and evaluated. Look at the heatmap, train with other settings, or import more.',
    others: ['train', 'evaluate', 'review', 'check', 'import'],
  };
}
