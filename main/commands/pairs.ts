/** Commands that list pairs and show one. */
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { PairDetail, PairOrder } from '../../core/rpc/contract.ts';
import { addFilterOptions, type FilterOptions, filterOf } from '../cli/filter-options.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { withProject } from '../cli/with-project.ts';

type PairsOptions = FilterOptions & {
  limit: number;
  worst?: true;
  byScore?: true;
  listenFirst?: true;
  count?: true;
};

/** Adds the commands. */
export function addPairCommands(program: Command, terminal: Terminal): void {
  addFilterOptions(
    program.command('pairs').description('list clip-dub pairs, all or filtered').argument('<project>'),
  )
    .option('-n, --limit <count>', 'how many, 1 to 1000', Number, 50)
    .option('--worst', 'the worst findings first')
    .option('--by-score', 'the lowest model score first: picture and dub the least alike')
    .option(
      '--listen-first',
      'most worth a listen first: what the checks suspect and what surprises the model',
    )
    .option('--count', 'counts by state, language and finding instead of a list')
    .action(async (folder: string, options: PairsOptions) => {
      const filter = filterOf(options);
      await withProject(terminal, { folder, readOnly: true }, async ({ client }) => {
        const counts = await client.call('pair/count', { filter });
        if (options.count === true) {
          terminal.result(counts, () => [
            `${counts.total} pairs`,
            ...(['byState', 'byLanguage', 'bySplit', 'bySeverity', 'byFinding'] as const).flatMap((group) =>
              Object.entries(counts[group]).map(([key, count]) => `  ${key.padEnd(20)} ${count}`),
            ),
          ]);
          return;
        }
        const order = orderOf(options);
        const page = await client.call('pair/list', { filter, limit: options.limit, order });
        terminal.result({ total: counts.total, pairs: page.rows }, () => [
          ...pairTable(page.rows),
          `${page.rows.length} of ${counts.total} pairs.`,
        ]);
      });
    });
  program
    .command('pair')
    .description('show one pair with all that is known of it')
    .argument('<project>')
    .argument('<id>')
    .action(async (folder: string, pairId: string) => {
      const detail = await withProject(terminal, { folder, readOnly: true }, ({ client }) =>
        client.call('pair/get', { pairId }),
      );
      terminal.result(detail, () => detailLines(detail));
    });
}

function orderOf({ worst, byScore, listenFirst }: PairsOptions): PairOrder {
  if ([worst, byScore, listenFirst].filter((one) => one === true).length > 1) {
    throw new AppError(
      'ARGUMENT_INVALID',
      'Give one of --worst, --by-score and --listen-first. Nothing was done.',
    );
  }
  if (listenFirst === true) return 'listen';
  if (byScore === true) return 'score';
  return worst === true ? 'suspicion' : 'imported';
}

function pairTable(pairs: readonly Pair[]): string[] {
  const isScored = pairs.some(({ modelScore }) => modelScore !== null);
  return table([
    [
      'pair',
      'title',
      'shot',
      'from',
      'dub',
      'split',
      'state',
      'offset ms',
      ...(isScored ? ['score'] : []),
      'findings',
    ],
    ...pairs.map((pair) => [
      pair.id,
      pair.titleName,
      pair.shotName,
      `${pair.timeWindow.startSec.toFixed(1)} s`,
      pair.language,
      pair.split,
      pair.state,
      pair.offsetMs === null ? null : Number(pair.offsetMs.toFixed(1)),
      ...(isScored ? [pair.modelScore === null ? null : Number(pair.modelScore.toFixed(3))] : []),
      pair.findingCodes.join(' '),
    ]),
  ]);
}

function detailLines({ pair, findings, decision, alignment, check }: PairDetail): string[] {
  const { startSec, endSec } = pair.timeWindow;
  return [
    `${pair.titleName}, shot ${pair.shotName}, ${startSec.toFixed(2)} to ${endSec.toFixed(2)} s: ${pair.originalLanguage} against ${pair.language} (${pair.state})`,
    alignment === null
      ? 'offset: not measured; run dubscope check'
      : `offset: ${alignment.offsetMs === null ? "can't tell" : `${alignment.offsetMs.toFixed(2)} ms (${alignment.source}, ${Math.floor(alignment.confidence * 100)} % sure, peak ratio ${alignment.peakRatio.toFixed(2)})`}`,
    ...(pair.modelScore === null
      ? []
      : [`model score: ${pair.modelScore.toFixed(3)} (picture and dub, newest evaluation)`]),
    ...(check?.isStale === true
      ? ['findings: older than the last change to the title; run dubscope check']
      : []),
    ...findings.map((finding) => `${finding.severity}: ${finding.sentence}`),
    decision === null
      ? 'undecided'
      : `decision: ${decision.verdict} by ${decision.by}${decision.reason === '' ? '' : ` (${decision.reason})`}`,
  ];
}
