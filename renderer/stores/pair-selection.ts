/** Several pairs at once: some by id, or all that the filter shows but some; and one decision on them, as one undo step. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { BulkEdit, BulkResult } from '../../core/domain/bulk-edit.ts';
import { bulkLines } from '../../core/domain/bulk-words.ts';
import type { DecisionVerdict } from '../../core/domain/decision.ts';
import type { PairSelection } from '../../core/rpc/contract.ts';
import { useClient } from '../client.ts';
import { plural } from '../lib/words.ts';
import { useNotices } from './notices.ts';
import { usePairs } from './pairs.ts';

/** What is done to several pairs: a verdict, or taking one away. */
export type BulkAction = DecisionVerdict | 'clear';

/** `all`: everything that the filter takes without `ids`; else `ids` and nothing more. */
type Chosen = { all: boolean; ids: ReadonlySet<string> };

const NONE: Chosen = { all: false, ids: new Set() };
/** A longer range is made by filtering and choosing all. */
const LONGEST_RANGE = 100_000;

export const usePairSelection = defineStore('pair-selection', () => {
  const client = useClient();
  const pairs = usePairs();
  const notices = useNotices();
  const chosen = shallowRef<Chosen>(NONE);
  const count = computed(() => {
    const { all, ids } = chosen.value;
    return all ? Math.max(0, pairs.total - ids.size) : ids.size;
  });
  const isMany = computed(() => count.value > 1);
  /** What an edit would be about, in words. */
  const text = computed(() => plural(Math.max(1, count.value), 'pair'));
  /** Where a range begins; null: where the selected pair is. */
  let anchor: number | null = null;
  /** Goes up with every choice: a range that was asked for before is then out of date. */
  let turn = 0;

  function has(pairId: string): boolean {
    return chosen.value.ids.has(pairId) !== chosen.value.all;
  }

  function choose(next: Chosen): void {
    turn += 1;
    chosen.value = next;
  }

  function clear(): void {
    anchor = null;
    if (count.value > 0) choose(NONE);
  }

  function all(): void {
    choose({ all: pairs.total > 0, ids: new Set() });
  }

  /** Goes to a row; what was chosen is let go. */
  function move(to: number): void {
    clear();
    pairs.select(to);
  }

  /** Chooses everything from where the range began to a row, and goes there. */
  async function extend(to: number): Promise<void> {
    anchor ??= pairs.index;
    pairs.select(to);
    const from = Math.min(anchor, pairs.index);
    const rows = Math.abs(anchor - pairs.index) + 1;
    if (rows > LONGEST_RANGE) {
      notices.done(`A range holds at most ${plural(LONGEST_RANGE, 'pair')}. Filter, and select all instead.`);
      return;
    }
    choose(chosen.value);
    const own = turn;
    const ids = await idsOf(from, rows);
    if (ids !== null && turn === own) choose({ all: false, ids: new Set(ids) });
  }

  async function idsOf(from: number, rows: number): Promise<string[] | null> {
    const here = Array.from({ length: rows }, (_, i) => pairs.rowAt(from + i)?.id);
    if (here.every((id) => id !== undefined)) return here;
    const { filter, order } = pairs;
    const answer = await notices.attempt(() => client.call('pair/ids', { filter, order, from, limit: rows }));
    return answer?.pairIds ?? null;
  }

  /** Adds a row or takes it out, and goes there. */
  function toggle(to: number): void {
    const pair = pairs.rowAt(to);
    if (pair === null) return;
    const ids = new Set(chosen.value.ids);
    // The one that was selected before counts as chosen when a second one is picked.
    if (count.value === 0 && pairs.selected !== null && pairs.selected.id !== pair.id)
      ids.add(pairs.selected.id);
    if (!ids.delete(pair.id)) ids.add(pair.id);
    choose({ all: chosen.value.all, ids });
    pairs.select(to);
    anchor = to;
  }

  /** Everything of the filter that is not chosen. */
  function invert(): void {
    choose({ all: !chosen.value.all && pairs.total > 0, ids: chosen.value.ids });
  }

  function selection(): PairSelection {
    const { all, ids } = chosen.value;
    if (!all) return { pairIds: [...ids] };
    return ids.size === 0 ? { filter: pairs.filter } : { filter: pairs.filter, exceptIds: [...ids] };
  }

  /** How many pairs are chosen, and of how many titles; null when that could not be found out. */
  function measure(): Promise<{ pairs: number; titles: number } | null> {
    return notices.attempt(() => client.call('pair/measure', selection()));
  }

  /** One step of the journal for all that is chosen; then nothing is. */
  async function decide(action: BulkAction, reason = ''): Promise<void> {
    const answer = await notices.attempt(() =>
      action === 'clear'
        ? client.call('decision/clear', selection())
        : client.call('decision/set', {
            ...selection(),
            verdict: action,
            ...(reason === '' ? {} : { reason }),
          }),
    );
    if (answer === null) return;
    notices.done(`Changed ${plural(answer.changed, 'pair')}. One undo takes it back.`);
    clear();
  }

  /** Says one thing of the dubs of all that is chosen, or of the selected pair; `preview` only tells what it would do. */
  async function edit(change: BulkEdit, preview: boolean): Promise<BulkResult | null> {
    const one = pairs.selected;
    if (count.value === 0 && one === null) return null;
    const meant = count.value === 0 && one !== null ? { pairIds: [one.id] } : selection();
    const result = await notices.attempt(() => client.call('pair/edit', { ...meant, edit: change, preview }));
    if (result === null || preview) return result;
    notices.done(`${bulkLines(result, change, 'did')[0]} One undo takes it back.`);
    clear();
    return result;
  }

  watch(() => [pairs.filter, pairs.order], clear);

  return { count, isMany, text, has, clear, all, move, extend, toggle, invert, measure, decide, edit };
});
