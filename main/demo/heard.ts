/** What the checks said of a whole project, with names instead of ids. */
import type { Finding } from '../../core/domain/finding.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { Page } from '../../core/rpc/contract.ts';
import { allTitles } from '../commands/project.ts';
import type { Heard } from './tally.ts';

/** Every finding and alignment of the project. */
export async function whatWasHeard(client: Client): Promise<Heard> {
  const titleNames = new Map((await allTitles(client)).map((title) => [title.id, title.name]));
  const shotNames = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Page<Pair> = await client.call('pair/list', {
      limit: 1000,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const pair of page.rows) shotNames.set(pair.shotId, pair.shotName);
    cursor = page.next;
  } while (cursor !== null);
  const findings: Finding[] = [];
  cursor = null;
  do {
    const page: Page<Finding> = await client.call('finding/list', {
      limit: 1000,
      ...(cursor === null ? {} : { cursor }),
    });
    findings.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null);
  const alignments = await client.call('alignment/list', {});
  const nameOf = (titleId: string): string => titleNames.get(titleId) ?? titleId;
  return {
    findings: findings.map((finding) => ({
      ...finding,
      titleName: nameOf(finding.titleId),
      shotName: finding.shotId === null ? null : (shotNames.get(finding.shotId) ?? null),
    })),
    alignments: alignments.map((alignment) => ({ ...alignment, titleName: nameOf(alignment.titleId) })),
  };
}
