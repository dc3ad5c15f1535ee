/** What the checks said of a whole project, with names instead of ids. */
import type { SaidOfCorpus } from '../../core/plant/judge.ts';
import type { Client } from '../../core/rpc/client.ts';
import { allTitles } from '../commands/project.ts';
import { allRows } from './all-rows.ts';

/** Every finding, alignment and pair of the project. */
export async function whatWasHeard(client: Client): Promise<SaidOfCorpus> {
  const titleNames = new Map((await allTitles(client)).map((title) => [title.id, title.name]));
  const pairs = await allRows((page) => client.call('pair/list', page));
  const shotNames = new Map(pairs.map((pair) => [pair.shotId, pair.shotName]));
  const findings = await allRows((page) => client.call('finding/list', page));
  const alignments = await client.call('alignment/list', {});
  const nameOf = (titleId: string): string => titleNames.get(titleId) ?? titleId;
  return {
    pairs,
    findings: findings.map((finding) => ({
      ...finding,
      titleName: nameOf(finding.titleId),
      shotName: finding.shotId === null ? null : (shotNames.get(finding.shotId) ?? null),
    })),
    alignments: alignments.map((alignment) => ({ ...alignment, titleName: nameOf(alignment.titleId) })),
  };
}
