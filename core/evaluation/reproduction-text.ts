/** A comparison as lines for a terminal. */
import type { ArmFigures, Reproduction } from '../domain/reproduction.ts';
import { meanAndSpread } from './reproduction-figures.ts';
import { signed } from './reproduction-words.ts';
import { textColumns } from './text-columns.ts';

const COLUMNS: readonly (readonly [string, (figures: ArmFigures) => number, (value: number) => string])[] = [
  ['same clip', (figures) => figures.sameClip, cosine],
  ['other clips', (figures) => figures.otherClip, cosine],
  ['gap', (figures) => figures.gap, cosine],
  ['dubs R@1', (figures) => figures.dubs.recallAt1, percent],
  ['R@5', (figures) => figures.dubs.recallAt5, percent],
  ['median', (figures) => figures.dubs.medianRank, rank],
  ['MRR', (figures) => figures.dubs.meanReciprocalRank, cosine],
  ['originals R@1', (figures) => figures.originals.recallAt1, percent],
  ['R@5', (figures) => figures.originals.recallAt5, percent],
  ['median', (figures) => figures.originals.medianRank, rank],
];

/** One line a run, the means with their spread, and the judged differences. */
export function formatReproduction({ seeds, differences }: Reproduction): string[] {
  const arms = [
    ['original-only', seeds.map(({ originalOnly }) => originalOnly.figures)],
    ['dub-augmented', seeds.map(({ dubAugmented }) => dubAugmented.figures)],
  ] as const;
  const runRows = seeds.flatMap(({ seed }, i) =>
    arms.map(([arm, figures]) => [
      `${seed}`,
      arm,
      ...COLUMNS.map(([, value, text]) => text(value(figures[i]!))),
    ]),
  );
  const meanRows = arms.flatMap(([arm, figures]) => {
    const values = COLUMNS.map(([, value]) => meanAndSpread(figures.map(value)));
    const line = (key: 'mean' | 'spread'): string[] => COLUMNS.map(([, , text], i) => text(values[i]![key]));
    return [
      ['mean', arm, ...line('mean')],
      ['±', '', ...line('spread')],
    ];
  });
  const differenceRows = [
    ['same clip, cosine', differences.sameClip],
    ['gap to other clips', differences.gap],
    ['dubbed audio, mean reciprocal rank (MRR)', differences.dubRetrieval],
    ['original audio, MRR (not judged)', differences.originalRetrieval],
  ] as const;
  return [
    ...textColumns(
      [
        ['seed', 'trained on', ...COLUMNS.map(([label]) => label)],
        ...runRows,
        ...(seeds.length > 1 ? meanRows : []),
      ],
      ['left', 'left'],
    ),
    '',
    'With dubs minus originals only, paired by seed and clip:',
    ...textColumns(
      differenceRows.map(([label, { mean, low, high, perSeed }]) => [
        `  ${label}`,
        signed(mean),
        `(95 % interval ${signed(low)} to ${signed(high)};`,
        `per seed ${perSeed.map(signed).join(' ')})`,
      ]),
      ['left', 'right', 'left', 'left'],
    ),
  ];
}

function cosine(value: number): string {
  return value.toFixed(3);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function rank(value: number): string {
  return value.toFixed(1);
}
