/** The list of pairs: filter, rows as far as they have been scrolled to, the selected one, and decisions on it. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { DecisionVerdict } from '../../core/domain/decision.ts';
import type { FindingSeverity } from '../../core/domain/finding.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import type { PairCounts, PairDetail } from '../../core/rpc/contract.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { countFacets } from '../lib/pair-facets.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';
import { useProject } from './project.ts';

const PAGE_ROWS = 500;
const REFRESH_PAUSE_MS = 30;
const FLAGGED: ReadonlySet<FindingSeverity | null> = new Set(['fault', 'warning']);

export const usePairs = defineStore('pairs', () => {
  const client = useClient();
  const notices = useNotices();
  const filter = shallowRef<PairFilter>({});
  const rows = shallowRef<readonly Pair[]>([]);
  const counts = shallowRef<PairCounts | null>(null);
  const detail = shallowRef<PairDetail | null>(null);
  const index = ref(0);
  const loaded = ref(false);
  const total = computed(() => counts.value?.total ?? 0);
  const selected = computed(() => rows.value[index.value] ?? null);
  const begin = createLatest();
  const beginDetail = createLatest();
  /** Ids that were decided here, newest last, so that undo can go back to them. */
  const decided: string[] = [];
  let next: string | null = null;
  /** The pair to select when the list has been read again. */
  let wantedId: string | null = null;

  async function readRows(least: number): Promise<readonly Pair[]> {
    const read: Pair[] = [];
    let cursor: string | undefined;
    do {
      const limit = Math.min(1000, Math.max(PAGE_ROWS, least - read.length));
      const page = await client.call('pair/list', {
        filter: filter.value,
        order: 'suspicion',
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      read.push(...page.rows);
      next = page.next;
      cursor = page.next ?? undefined;
    } while (next !== null && read.length < least);
    return read;
  }

  async function refresh(): Promise<void> {
    const isLatest = begin();
    await notices.attempt(async () => {
      const [nextRows, nextCounts] = await Promise.all([
        readRows(rows.value.length),
        countFacets(client, filter.value),
      ]);
      if (!isLatest()) return;
      rows.value = nextRows;
      counts.value = nextCounts;
      loaded.value = true;
      const found = wantedId === null ? -1 : nextRows.findIndex((pair) => pair.id === wantedId);
      select(found === -1 ? index.value : found);
    });
  }

  /** Reads on until row `last` is there. */
  async function ensure(last: number): Promise<void> {
    if (next === null || last < rows.value.length || !loaded.value) return;
    const before = rows.value;
    const cursor = next;
    await notices.attempt(async () => {
      const limit = Math.min(1000, Math.max(PAGE_ROWS, last - before.length));
      const page = await client.call('pair/list', {
        filter: filter.value,
        order: 'suspicion',
        limit,
        cursor,
      });
      // Read anew meanwhile: that answer stands.
      if (rows.value !== before) return;
      rows.value = [...before, ...page.rows];
      next = page.next;
    });
  }

  function select(to: number): void {
    index.value = Math.max(0, Math.min(rows.value.length - 1, to));
    wantedId = rows.value[index.value]?.id ?? null;
  }

  async function refreshDetail(): Promise<void> {
    const isLatest = beginDetail();
    const pairId = selected.value?.id;
    if (pairId === undefined) {
      detail.value = null;
      return;
    }
    const found = await notices.attempt(() => client.call('pair/get', { pairId }));
    if (isLatest()) detail.value = found;
  }

  /** Decides the selected pair and goes to the next one. */
  async function decide(verdict: DecisionVerdict, reason = ''): Promise<void> {
    const pair = selected.value;
    if (pair === null) return;
    decided.push(pair.id);
    select(index.value + 1);
    await notices.attempt(() =>
      client.call('decision/set', { pairIds: [pair.id], verdict, ...(reason === '' ? {} : { reason }) }),
    );
  }

  /** Takes back the last change and returns to the pair it was about. */
  async function undo(): Promise<void> {
    const last = decided.pop();
    if (last !== undefined) wantedId = last;
    const entry = await useProject().undo();
    if (entry === null && last !== undefined) decided.push(last);
  }

  function setFilter(change: PairFilter): void {
    const entries = Object.entries({ ...filter.value, ...change }).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    );
    filter.value = Object.fromEntries(entries) as PairFilter;
    restart();
  }

  function clearFilter(): void {
    filter.value = {};
    restart();
  }

  /** Takes a whole filter, a saved one for instance. */
  function applyFilter(whole: PairFilter): void {
    filter.value = {};
    setFilter(whole);
  }

  /** Goes to the next (`step` 1) or previous (-1) undecided pair with a fault or a warning; reads on for it. */
  async function selectFlagged(step: 1 | -1): Promise<void> {
    for (let i = index.value + step; i >= 0; i += step) {
      // The worst come first: below the first pair without suspicion there is nothing to find.
      if (i >= rows.value.length && (rows.value.at(-1)?.suspicion ?? 0) > 0) await ensure(i);
      const pair = rows.value[i];
      if (pair === undefined) break;
      if (pair.decision === null && FLAGGED.has(pair.worstSeverity)) return select(i);
    }
    notices.done(`No undecided pair with a fault or a warning ${step === 1 ? 'below' : 'above'}.`);
  }

  function restart(): void {
    rows.value = [];
    index.value = 0;
    refreshSoon();
  }

  const refreshSoon = createCollector(refresh, REFRESH_PAUSE_MS);
  client.on('project/changed', ({ what }) => {
    if (what === 'pairs' || what === 'titles') refreshSoon();
  });
  useConnection().onReturn(refreshSoon);
  watch(selected, () => void refreshDetail());

  return {
    filter,
    rows,
    counts,
    total,
    index,
    selected,
    detail,
    loaded,
    refresh,
    ensure,
    select,
    decide,
    undo,
    setFilter,
    clearFilter,
    applyFilter,
    selectFlagged,
  };
});
