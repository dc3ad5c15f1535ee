/** The numbers beside the filter's chips: what each chip would show, given the other filters. */
import type { PairFilter } from '../../core/domain/view.ts';
import type { Client } from '../../core/rpc/client.ts';
import type { PairCounts } from '../../core/rpc/contract.ts';

/** Which count belongs to which field of the filter. */
const FACETS = [
  ['states', 'byState'],
  ['languages', 'byLanguage'],
  ['split', 'bySplit'],
  ['minSeverity', 'bySeverity'],
  ['findingCodes', 'byFinding'],
] as const satisfies [keyof PairFilter, keyof PairCounts][];

/** Counts of a filter; each facet is counted without its own condition, so that its other chips do not fall to 0. */
export async function countFacets(client: Client, filter: PairFilter): Promise<PairCounts> {
  const [all, ...others] = await Promise.all([
    client.call('pair/count', { filter }),
    ...FACETS.map(([field]) => {
      if (filter[field] === undefined) return null;
      const { [field]: _own, ...rest } = filter;
      return client.call('pair/count', { filter: rest });
    }),
  ]);
  const counts = { ...all };
  FACETS.forEach(([, count], i) => {
    const other = others[i];
    if (other) counts[count] = other[count];
  });
  return counts;
}
