/** Heatmaps in words: kinds, measures, numbers. */
import type { HeatmapKind, HeatmapMeasure, HeatmapPicture } from '../../core/domain/heatmap.ts';

/** Kinds in the order of the tabs. */
export const KIND_WORDS: readonly { value: Exclude<HeatmapKind, 'clip'>; label: string }[] = [
  { value: 'languages', label: 'Languages' },
  { value: 'pictures', label: 'Picture and sound' },
  { value: 'retrieval', label: 'Retrieval' },
  { value: 'titles', label: 'Titles' },
];

/** Measures as buttons have them. */
export const MEASURE_WORDS: Record<HeatmapMeasure, { label: string; meaning: string }> = {
  gap: {
    label: 'Gap',
    meaning: 'Mean similarity of the same clip in two languages, minus that of different clips.',
  },
  sameClip: { label: 'Same clip', meaning: 'Mean similarity of the same clip in two languages.' },
  otherClip: { label: 'Other clips', meaning: 'Mean similarity of different clips: the level of chance.' },
  picture: { label: 'Picture', meaning: 'Mean similarity of a clip’s picture and its sound.' },
  recallAt1: { label: 'Found first', meaning: 'Share of queries whose match comes first.' },
};

/** A cell's number as it stands in it; shares in percent. */
export function cellNumber(value: number | null, { isShare, digits }: HeatmapPicture): string {
  if (value === null) return '–';
  const shown = (isShare ? 100 * value : value).toFixed(digits);
  const harmless = Number(shown) === 0 ? shown.replace('-', '') : shown;
  return harmless.replace('-', '−');
}

/** A number with its sign, for differences and similarities. */
export function signedNumber(value: number | null, digits = 3): string {
  if (value === null) return '–';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}
