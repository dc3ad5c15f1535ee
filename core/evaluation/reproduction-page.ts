/** The comparison as a page that stands alone: the verdict first, then the pictures, then every number. */
import type {
  ArmFigures,
  PairedDifference,
  PartVerdict,
  Reproduction,
  RetrievalFigures,
} from '../domain/reproduction.ts';
import { html, htmlTable, type Markup, type Renderable, rawMarkup } from './report/html.ts';
import { REPORT_STYLE } from './report/style.ts';
import { counted, languageLabel, mean, percent } from './report/words.ts';
import { FEWEST_SEEDS_FOR_A_CLAIM, SMALLEST_DIFFERENCE } from './reproduction.ts';
import { meanAndSpread } from './reproduction-figures.ts';
import { ARM_NAMES, drawReproduction } from './reproduction-svg.ts';
import { signed } from './reproduction-words.ts';
import { decimal } from './svg.ts';
import { rankText } from './text-table.ts';

const PART_WORDS: Record<PartVerdict, string> = { yes: 'yes', no: 'no', unclear: "can't tell" };

/** The page. `projectName` and `commands` (one a line) are for people; both are escaped. */
export function reproductionPage(
  reproduction: Reproduction,
  { projectName, commands }: { projectName: string; commands: readonly string[] },
): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${projectName}: does the paper's claim hold here?</title>
<style>${rawMarkup(REPORT_STYLE)}</style>
</head>
<body>
<header>
<h1>Does the paper's claim hold here?</h1>
<p>${projectName}: ${counted(reproduction.seeds.length, 'seed')}, ${counted(reproduction.trainingClipCount, 'training clip')}, ${counted(reproduction.clipCount, 'held-out clip')} of ${counted(reproduction.shotCount, 'shot')}, preset ${reproduction.config.preset}, ${reproduction.engine}</p>
</header>
<main>
<section id="verdict"><h2>${reproduction.line}</h2>
${verdictTable(reproduction)}
<p class="note">Paired by seed and clip. “Yes”: better with every seed, and the whole 95\u202f% interval is above 0. “No”: even the upper end of the interval is below ${SMALLEST_DIFFERENCE}. Anything else, or fewer than ${FEWEST_SEEDS_FOR_A_CLAIM} seeds, is “can't tell”. The same clip counts as more alike only where it also moved away from the other clips, since a model that finds everything alike would pass otherwise.</p>
</section>
<section id="heatmaps"><h2>Language against language</h2>
<figure>${rawMarkup(drawReproduction(reproduction, { measure: 'sameClip', theme: 'page' }))}</figure>
<figure>${rawMarkup(drawReproduction(reproduction, { measure: 'gap', theme: 'page' }))}</figure>
</section>
<section id="figures"><h2>Figures</h2>
${armTable(reproduction)}
${seedTable(reproduction)}
${languageTable(reproduction)}
</section>
<section id="same"><h2>What was the same</h2>
<p>Every setting but the language strategy, the clips and pairs, the order of the clips, the first weights, the augmentation's draws, the number of steps, and the engine. The last checkpoint of each run was measured.</p>
${commands.length > 0 && html`<pre><code>${commands.join('\n')}</code></pre>`}
</section>
</main>
<footer>Beside this page: both heatmaps as SVG and PNG, the figures as CSV, and reproduction.json.</footer>
</body>
</html>
`.markup;
}

function verdictTable({ differences, parts }: Reproduction): Markup {
  const line = (label: string, { mean: middle, low, high, perSeed }: PairedDifference, verdict: string) => [
    label,
    verdict,
    signed(middle),
    `${signed(low)} to ${signed(high)}`,
    perSeed.map(signed).join('  '),
  ];
  return htmlTable(
    ['With dubs minus originals only', 'clearly better', 'mean', '95\u202f% interval', 'per seed'],
    [
      line('Same clip in two languages, cosine', differences.sameClip, PART_WORDS[parts.similarity]),
      line('the same, beyond other clips', differences.gap, ''),
      line(
        'Retrieval from dubbed audio, mean reciprocal rank',
        differences.dubRetrieval,
        PART_WORDS[parts.retrieval],
      ),
      line('Retrieval from original audio (not judged)', differences.originalRetrieval, ''),
    ],
    { textColumns: 2 },
  );
}

const SIMILARITIES: readonly (readonly [string, (figures: ArmFigures) => number])[] = [
  ['same clip', (figures) => figures.sameClip],
  ['other clips', (figures) => figures.otherClip],
  ['gap', (figures) => figures.gap],
];

function armTable({ seeds }: Reproduction): Markup {
  const arms = [
    ['original-only', seeds.map(({ originalOnly }) => originalOnly.figures)],
    ['dub-augmented', seeds.map(({ dubAugmented }) => dubAugmented.figures)],
  ] as const;
  const spread = (values: number[], text: (value: number) => string): string => {
    const { mean: middle, spread: deviation } = meanAndSpread(values);
    return values.length < 2 ? text(middle) : `${text(middle)} ± ${text(deviation)}`;
  };
  const cosine = (value: number): string => decimal(value, 3);
  const retrieval = (figures: readonly RetrievalFigures[]): Renderable[] => [
    spread(
      figures.map(({ recallAt1 }) => recallAt1),
      percent,
    ),
    spread(
      figures.map(({ recallAt5 }) => recallAt5),
      percent,
    ),
    spread(
      figures.map(({ medianRank }) => medianRank),
      (value) => decimal(value, 1),
    ),
    spread(
      figures.map(({ meanReciprocalRank }) => meanReciprocalRank),
      cosine,
    ),
  ];
  const heading = ['R@1', 'R@5', 'median rank', 'mean reciprocal rank'];
  return html`${htmlTable(
    ['Audio embeddings in two languages', ...SIMILARITIES.map(([label]) => label)],
    arms.map(([arm, figures]) => [
      ARM_NAMES[arm],
      ...SIMILARITIES.map(([, value]) => spread(figures.map(value), cosine)),
    ]),
  )}${htmlTable(
    ['Retrieval, both directions', ...heading],
    arms.flatMap(([arm, figures]) => [
      [`${ARM_NAMES[arm]}: dubs`, ...retrieval(figures.map(({ dubs }) => dubs))],
      [`${ARM_NAMES[arm]}: originals`, ...retrieval(figures.map(({ originals }) => originals))],
    ]),
  )}${seeds.length > 1 && html`<p class="note">Mean ± standard deviation over the seeds.</p>`}`;
}

function seedTable({ seeds }: Reproduction): Markup {
  const rows = seeds.flatMap(({ seed, originalOnly, dubAugmented }) =>
    [
      { name: ARM_NAMES['original-only'], ...originalOnly },
      { name: ARM_NAMES['dub-augmented'], ...dubAugmented },
    ].map(({ name, runId, figures }, i) => [
      i === 0 ? `${seed}` : '',
      name,
      runId,
      ...SIMILARITIES.map(([, value]) => decimal(value(figures), 3)),
      percent(figures.dubs.recallAt1),
      percent(figures.dubs.recallAt5),
      rankText(figures.dubs.medianRank),
      percent(figures.originals.recallAt1),
      percent(figures.originals.recallAt5),
      rankText(figures.originals.medianRank),
    ]),
  );
  return htmlTable(
    [
      'Seed',
      '',
      'run',
      'same clip',
      'other clips',
      'gap',
      'dubs R@1',
      'R@5',
      'median rank',
      'originals R@1',
      'R@5',
      'median rank',
    ],
    rows,
    { textColumns: 3 },
  );
}

/** Both directions of each language, means over the seeds. */
function languageTable({ means }: Reproduction): Markup {
  const { languages, originalLanguages } = means['dub-augmented'];
  const line = (language: string, arm: keyof typeof ARM_NAMES): Renderable[] => {
    const rows = means[arm].retrieval.filter((row) => row.language === language);
    const over = (value: (row: (typeof rows)[number]) => number): number =>
      mean(rows.map(value)) ?? Number.NaN;
    return [
      percent(over((row) => row.recallAt1)),
      percent(over((row) => row.recallAt5)),
      decimal(
        over((row) => row.medianRank),
        1,
      ),
    ];
  };
  return html`${htmlTable(
    [
      'Retrieval by language',
      'originals only: R@1',
      'R@5',
      'median rank',
      'with dubs: R@1',
      'R@5',
      'median rank',
      'clips',
      'R@1 by chance',
    ],
    languages.map((language) => {
      const row = means['dub-augmented'].retrieval.find((entry) => entry.language === language);
      return [
        html`${languageLabel(language)}${originalLanguages.includes(language) && html` <span class="tag">original</span>`}`,
        ...line(language, 'original-only'),
        ...line(language, 'dub-augmented'),
        row?.candidates ?? 0,
        row === undefined ? '' : percent(row.chanceAt1),
      ];
    }),
  )}`;
}
