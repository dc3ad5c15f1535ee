/** What a heatmap shows: the measures, their words, and which cells carry a colour. */
import type { EvaluationResult, LanguageCell } from '../domain/evaluation.ts';
import { niceRange } from './ticks.ts';

/** Which number of a language cell is drawn. */
export type LanguageMeasure = 'gap' | 'sameClip' | 'otherClip';

/** Cells with fewer common clips are hatched: a mean over so few says little (our choice). */
export const FEWEST_CLIPS_FOR_A_CLAIM = 10;

/** A picture's own scale never spans less, so that noise is not blown up to the full range of colours. */
const SMALLEST_SPAN = 0.1;
/** Ticks wanted on the colour bar. */
export const BAR_TICKS = 5;

/** Words around the picture of each measure; `diagonal`: why it has no colour, null where it has. */
export const HEATMAP_TEXTS: Record<
  LanguageMeasure,
  { title: string; subtitle: string; unit: string; diagonal: string | null }
> = {
  gap: {
    title: 'How much closer the same clip is than another',
    subtitle: 'Mean cosine similarity of the same clip in two languages minus that of different clips',
    unit: 'difference of cosine similarity',
    diagonal: 'Diagonal, without colour: what a dub would reach that is the same to the model.',
  },
  sameClip: {
    title: 'The same clip in two languages',
    subtitle: 'Mean cosine similarity of the audio embeddings',
    unit: 'cosine similarity, −1 to 1',
    diagonal: 'Diagonal, without colour: a sound and itself, 1 by definition.',
  },
  otherClip: {
    title: 'Different clips, by language',
    subtitle: 'Mean cosine similarity of the audio embeddings',
    unit: 'cosine similarity, −1 to 1',
    diagonal: null,
  },
};

/** Title, what is meant and measured, and notes, as they stand around the picture. */
export function headTexts(result: EvaluationResult, measure: LanguageMeasure, fewestClips: number) {
  const { title, subtitle, diagonal } = HEATMAP_TEXTS[measure];
  const source = [`${result.clipCount} clips`, result.runId, result.checkpoint].filter((part) => part);
  const notes = diagonal === null ? [] : [diagonal];
  if (result.matrix.some((cell) => cell.clipCount < fewestClips)) {
    notes.push(`Hatched: fewer than ${fewestClips} clips in common, too few for a claim.`);
  }
  return { title, subtitles: [subtitle, source.join(' · ')], notes };
}

/** Ends of the colour scale: round numbers around the values that carry a colour. */
export function rangeOf(matrix: readonly LanguageCell[], measure: LanguageMeasure, fewestClips: number) {
  const values = matrix
    .filter((cell) => hasColour(cell, measure, fewestClips))
    .map((cell) => cell[measure])
    .filter((value) => value !== null);
  if (values.length === 0) return { min: 0, max: 1 };
  let min = Math.min(...values);
  let max = Math.max(...values);
  const missing = SMALLEST_SPAN - (max - min);
  if (missing > 0) {
    min -= missing / 2;
    max += missing / 2;
  }
  return niceRange(min, max, BAR_TICKS);
}

/** Whether a cell takes part in the scale: it is known, means something, and is not fixed by definition. */
export function hasColour(cell: LanguageCell, measure: LanguageMeasure, fewestClips: number): boolean {
  const isFixed = cell.a === cell.b && HEATMAP_TEXTS[measure].diagonal !== null;
  return cell[measure] !== null && cell.clipCount >= fewestClips && !isFixed;
}
