/** Commands that look at media: import (import.ts), check, offset. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import { type Alignment, type Finding, SEVERITIES } from '../../core/domain/finding.ts';
import type { JobResult } from '../../core/domain/job.ts';
import { languageName } from '../../core/domain/language-tag.ts';
import { judgePlanted, type SaidOfCorpus } from '../../core/plant/judge.ts';
import { readPlantedKey } from '../../core/plant/key.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { whatWasHeard } from '../cli/what-was-heard.ts';
import { withProject } from '../cli/with-project.ts';
import { addImportCommand } from './import.ts';
import { scoreLines } from './planted-score.ts';
import { allTitles } from './project.ts';

const SHOWN_REFUSALS = 20;

/** Adds the commands. */
export function addMediaCommands(program: Command, terminal: Terminal): void {
  addImportCommand(program, terminal);
  addCheckCommand(program, terminal);
  addOffsetCommand(program, terminal);
}

function addCheckCommand(program: Command, terminal: Terminal): void {
  program
    .command('check')
    .description('measure offsets and look for faults in every dub')
    .argument('<project>')
    .option('--profile <name>', 'dataset (default), strict, broadcast, or the path of a profile')
    .option('--against <key>', 'compare with the key of a planted corpus: recall, false alarms, calibration')
    .action(async (folder: string, { against, profile }: { against?: string; profile?: string }) => {
      const key = against === undefined ? null : await readPlantedKey(against);
      const checked = await withProject(terminal, { folder }, async ({ client, follow }) => {
        const { jobId } = await client.call('check/start', profile === undefined ? {} : { profile });
        const result = await follow(jobId);
        const said = await whatWasHeard(client);
        return { result, said, score: key === null ? null : judgePlanted(key, said) };
      });
      const { result, said, score } = checked;
      const findings = worstFirst(said.findings);
      const summary = `${result.titles} titles checked: ${result.faults} faults, ${result.warnings} warnings; ${result.offsets} offsets measured, ${result.offsetsUnknown} where the sound cannot tell.`;
      const value = { ...result, findings, alignments: said.alignments };
      terminal.result({ ...value, ...(score === null ? {} : { score }) }, () =>
        score === null ? [...findings.map(findingLine), summary] : [summary, ...scoreLines(score)],
      );
    });
}

function addOffsetCommand(program: Command, terminal: Terminal): void {
  program
    .command('offset')
    .description("show the offsets of every title's dubs, or set one by hand")
    .argument('<project>')
    .argument('[title]', 'name or id')
    .argument('[language]')
    .argument('[ms]', 'how much later the dub sounds than the original, or "measured"')
    .action(async (folder: string, name?: string, language?: string, ms?: string) => {
      const isChange = language !== undefined && ms !== undefined;
      const rows = await withProject(terminal, { folder, readOnly: !isChange }, async ({ client }) => {
        const titles = await allTitles(client);
        const names = new Map(titles.map((title) => [title.id, title.name]));
        const title = titles.find((t) => t.id === name || t.name === name);
        if (name !== undefined && title === undefined)
          throw new AppError('NOT_FOUND', `There is no title "${name}".`);
        if (isChange && title !== undefined) {
          const offsetMs = ms === 'measured' ? null : Number(ms);
          await client.call('alignment/set', { titleId: title.id, language, offsetMs, by: 'command line' });
        }
        const alignments = await client.call('alignment/list', {});
        return alignments
          .filter(
            (a) =>
              (title === undefined || a.titleId === title.id) &&
              (language === undefined || a.language === language),
          )
          .map((a) => ({ ...a, titleName: names.get(a.titleId) ?? a.titleId }));
      });
      terminal.result(rows, () => offsetLines(rows));
    });
}

/** What an import refused or left over. */
export type ImportReport = {
  refused: { path: string; code: string; message: string }[];
  leftovers: { path: string; reason: string; code?: string }[];
  warnings: { path: string; severity: 'info' | 'warning'; code: string; message: string }[];
};

/** The lists of an import, from the file that the job names. */
export async function readImportReport(result: JobResult): Promise<ImportReport> {
  return JSON.parse(await readFile(String(result.report), 'utf8')) as ImportReport;
}

/** An import in a few lines; the first of each list, the rest is in the report file. */
export function importLines(result: JobResult, report: ImportReport): string[] {
  const lines = [
    `Imported ${result.files} files: ${result.titles} new titles, ${result.shots} shots, ${result.clips} clips, ${result.pairs} pairs.`,
  ];
  const list = (heading: string, rows: string[]): void => {
    if (rows.length === 0) return;
    lines.push(`${heading} (${rows.length}):`, ...rows.slice(0, SHOWN_REFUSALS).map((row) => `  ${row}`));
    if (rows.length > SHOWN_REFUSALS) lines.push(`  ... the rest is in ${result.report}`);
  };
  list(
    'Refused',
    report.refused.map((row) => `${row.code}  ${row.message}`),
  );
  list(
    'Left over',
    report.leftovers.map(
      ({ path, reason, code }) => `${code === undefined ? '' : `${code}  `}${path}: ${reason}`,
    ),
  );
  const warnings = report.warnings.filter(({ severity }) => severity === 'warning');
  list(
    'Warnings',
    warnings.map((row) => `${row.code}  ${row.message}`),
  );
  const infos = Map.groupBy(
    report.warnings.filter(({ severity }) => severity === 'info'),
    ({ code }) => code,
  );
  if (infos.size > 0) {
    const counts = [...infos].map(([code, rows]) => `${code} ${rows.length}`).sort();
    lines.push(`Good to know: ${counts.join(', ')}; the sentences are in ${result.report}`);
  }
  return lines;
}

/** Faults first; within a severity as they came, by title. */
function worstFirst<T extends Finding>(findings: readonly T[]): T[] {
  return [...findings].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
}

function findingLine({ severity, titleName, sentence }: SaidOfCorpus['findings'][number]): string {
  return `${severity.padEnd(8)} ${titleName}: ${sentence}`;
}

/** Offsets as a table with the direction in words. */
export function offsetLines(rows: readonly (Alignment & { titleName: string })[]): string[] {
  return table([
    ['title', 'language', 'offset', 'sure', 'shots', 'by'],
    ...rows.map((row) => [
      row.titleName,
      languageName(row.language),
      offsetWords(row.offsetMs),
      row.offsetMs === null ? '-' : `${Math.floor(row.confidence * 100)} %`,
      row.shotCount,
      row.source,
    ]),
  ]);
}

function offsetWords(offsetMs: number | null): string {
  if (offsetMs === null) return "can't tell";
  if (Math.abs(offsetMs) < 0.05) return 'in time';
  return `${Math.abs(offsetMs).toFixed(1)} ms ${offsetMs > 0 ? 'late' : 'early'}`;
}
