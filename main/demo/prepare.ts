/** From a folder of media to accepted pairs, as the demo and `dubscope reproduce` do it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Terminal } from '../cli/terminal.ts';
import { whatWasHeard } from '../cli/what-was-heard.ts';
import type { OpenProject } from '../cli/with-project.ts';
import { importLines, offsetLines, readImportReport } from '../commands/media.ts';
import { allTitles } from '../commands/project.ts';
import type { Heard, Truth } from './tally.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The corpus in the checkout. */
export const DEMO_CORPUS = join(ROOT, 'demo');
/** Where projects made from it go. */
export const DEMO_OUTPUT = join(ROOT, 'demo-output');

/** Imports `media`, and divides the titles as `truth` says where there is one. */
export async function importAndSplit(
  { client, follow }: OpenProject,
  terminal: Terminal,
  media: string,
  truth: Truth | null,
): Promise<void> {
  heading(terminal, `Import ${media}`);
  const { jobId } = await client.call('import/start', { paths: [media], by: 'demo' });
  const result = await follow(jobId);
  for (const line of importLines(result, await readImportReport(result))) terminal.line(line);
  if (truth === null) return;
  const titles = await allTitles(client);
  for (const split of ['train', 'heldout'] as const) {
    const names = truth.titles.filter((title) => title.split === split).map((title) => title.id);
    const titleIds = titles.filter((title) => names.includes(title.name)).map((title) => title.id);
    await client.call('title/set-split', { titleIds, split, by: 'demo' });
    terminal.line(`${titleIds.length} titles ${split === 'train' ? 'for training' : 'held out'}.`);
  }
}

/** Runs every check and says what they found. */
export async function checkAll({ client, follow }: OpenProject, terminal: Terminal): Promise<Heard> {
  heading(terminal, 'Check every dub');
  const { jobId } = await client.call('check/start', {});
  const result = await follow(jobId);
  terminal.line(
    `${result.faults} faults, ${result.warnings} warnings, ${result.offsets} offsets measured, ${result.offsetsUnknown} where the sound cannot tell.`,
  );
  const heard = await whatWasHeard(client);
  const off = heard.alignments.filter((a) => a.offsetMs === null || Math.abs(a.offsetMs) > 0.5);
  const shown = off.length === 0 ? [] : offsetLines(off);
  for (const line of shown) terminal.line(`  ${line}`);
  const inTime = heard.alignments.length - off.length;
  terminal.line(`${inTime} dubs of titles are in time with the original within 0.5 ms.`);
  return heard;
}

/** Accepts, rejects and puts aside as the checks suggest. */
export async function decideAll({ client }: OpenProject, terminal: Terminal): Promise<void> {
  heading(terminal, 'Decide as the checks suggest');
  const decided = await client.call('decision/suggest', { by: 'demo' });
  terminal.line(
    `Accepted ${decided.accepted} pairs, rejected ${decided.rejected}, put ${decided.needsWork} aside for a person.`,
  );
}

/** Begins a part of what is written to the terminal. */
export function heading(terminal: Terminal, text: string): void {
  terminal.line();
  terminal.line(`== ${text}`);
}
