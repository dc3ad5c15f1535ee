/** Several pairs at once: all that the filter shows, or a set of ids; and one decision on them, as one undo step. */
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { DecisionVerdict } from '../../core/domain/decision.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { PairSelection } from '../../core/rpc/contract.ts';
import { useClient } from '../client.ts';
import { plural } from '../lib/words.ts';
import { useNotices } from './notices.ts';
import { usePairs } from './pairs.ts';

/** What is done to several pairs: a verdict, or taking one away. */
export type BulkAction = DecisionVerdict | 'clear';

/** Up to here it is said of how many titles the pairs are: beyond, all rows would have to be read for a number. */
const MOST_COUNTED = 20_000;

export const usePairSelection = defineStore('pair-selection', () => {
  const client = useClient();
  const pairs = usePairs();
  const notices = useNotices();
  /** Pair ids with their title's id; null means all of the filter. */
  const chosen = shallowRef<ReadonlyMap<string, string> | null>(new Map());
  const count = computed(() => chosen.value?.size ?? pairs.total);
  const isMany = computed(() => count.value > 1);
  /** Where a range begins. */
  let anchorId: string | null = null;

  function has(pair: Pair): boolean {
    return chosen.value === null || chosen.value.has(pair.id);
  }

  function clear(): void {
    chosen.value = new Map();
    anchorId = null;
  }

  function all(): void {
    chosen.value = pairs.total === 0 ? new Map() : null;
  }

  /** Goes to a row; what was chosen is let go. */
  function move(to: number): void {
    clear();
    pairs.select(to);
  }

  /** Chooses everything from where the range began to a row, and goes there. */
  function extend(to: number): void {
    const anchor = pairs.rows.findIndex((pair) => pair.id === (anchorId ?? pairs.selected?.id));
    const from = anchor === -1 ? pairs.index : anchor;
    anchorId = pairs.rows[from]?.id ?? null;
    pairs.select(to);
    const range = pairs.rows.slice(Math.min(from, pairs.index), Math.max(from, pairs.index) + 1);
    chosen.value = mapOf(range);
  }

  /** Adds a row or takes it out, and goes there. */
  async function toggle(to: number): Promise<void> {
    const pair = pairs.rows[to];
    if (pair === undefined) return;
    if (chosen.value === null) await readAll();
    const next = chosen.value === null ? mapOf(pairs.rows) : new Map(chosen.value);
    // The one that was selected before counts as chosen when a second one is picked.
    if (next.size === 0 && pairs.selected !== null && pairs.selected.id !== pair.id) {
      next.set(pairs.selected.id, pairs.selected.titleId);
    }
    if (!next.delete(pair.id)) next.set(pair.id, pair.titleId);
    chosen.value = next;
    pairs.select(to);
    anchorId = pair.id;
  }

  /** Everything of the filter that is not chosen. */
  async function invert(): Promise<void> {
    const before = chosen.value;
    if (before === null) return clear();
    if (before.size === 0) return all();
    await readAll();
    chosen.value = mapOf(pairs.rows.filter((pair) => !before.has(pair.id)));
  }

  async function readAll(): Promise<void> {
    let before = -1;
    while (pairs.rows.length < pairs.total && pairs.rows.length !== before) {
      before = pairs.rows.length;
      await pairs.ensure(pairs.total);
    }
  }

  /** Of how many titles the chosen pairs are; null where that would mean to read too many rows. */
  async function titleCount(): Promise<number | null> {
    if (chosen.value !== null) return new Set(chosen.value.values()).size;
    if (pairs.total > MOST_COUNTED) return null;
    await readAll();
    return new Set(pairs.rows.map((pair) => pair.titleId)).size;
  }

  /** One step of the journal for all that is chosen; then nothing is. */
  async function decide(action: BulkAction, reason = ''): Promise<void> {
    const selection: PairSelection =
      chosen.value === null ? { filter: pairs.filter } : { pairIds: [...chosen.value.keys()] };
    const answer = await notices.attempt(() =>
      action === 'clear'
        ? client.call('decision/clear', selection)
        : client.call('decision/set', {
            ...selection,
            verdict: action,
            ...(reason === '' ? {} : { reason }),
          }),
    );
    if (answer === null) return;
    notices.done(`Changed ${plural(answer.changed, 'pair')}. One undo takes it back.`);
    clear();
  }

  watch(() => pairs.filter, clear);

  return { count, isMany, has, clear, all, move, extend, toggle, invert, titleCount, decide };
});

function mapOf(rows: readonly Pair[]): Map<string, string> {
  return new Map(rows.map((pair) => [pair.id, pair.titleId]));
}
