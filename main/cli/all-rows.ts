/** Every row of a list that comes page by page. */
import type { Page, PageArguments } from '../../core/rpc/contract.ts';

const ROWS_AT_ONCE = 1000;

/** Asks for page after page until the last. */
export async function allRows<T>(ask: (page: PageArguments) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let page = await ask({ limit: ROWS_AT_ONCE });
  rows.push(...page.rows);
  while (page.next !== null) {
    page = await ask({ limit: ROWS_AT_ONCE, cursor: page.next });
    rows.push(...page.rows);
  }
  return rows;
}
