/** The list of pairs: filter, the rows around what is in sight, the selected one, and decisions on it. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { DecisionVerdict } from '../../core/domain/decision.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { PairFilter } from '../../core/domain/view.ts';
import type { PairCounts, PairDetail, PairOrder } from '../../core/rpc/contract.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { countFacets } from '../lib/pair-facets.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';
import { useProject } from './project.ts';

const PAGE_ROWS = 200;
/** More pages than these are let go, the oldest first. */
const MOST_PAGES = 24;
const REFRESH_PAUSE_MS = 30;

/** The worst findings first, or the lowest model score. */
export type ListOrder = Exclude<PairOrder, 'imported'>;

export const usePairs = defineStore('pairs', () => {
  const client = useClient();
  const notices = useNotices();
  const filter = shallowRef<PairFilter>({});
  const order = ref<ListOrder>('suspicion');
  /** The rows that were read, by page; nothing is known of the others but how many they are. */
  const pages = shallowRef<ReadonlyMap<number, readonly Pair[]>>(new Map());
  const counts = shallowRef<PairCounts | null>(null);
  const detail = shallowRef<PairDetail | null>(null);
  const index = ref(0);
  const loaded = ref(false);
  const total = computed(() => counts.value?.total ?? 0);
  const selected = computed(() => rowAt(index.value));
  const begin = createLatest();
  const beginDetail = createLatest();
  /** Ids that were decided here, newest last, so that undo can go back to them. */
  const decided: string[] = [];
  let sight = { first: 0, last: 0 };
  /** Goes up whenever all pages are read anew or belong to another filter. */
  let generation = 0;
  /** The pair to select when the list has been read again. */
  let wantedId: string | null = null;

  const rowAt = (at: number): Pair | null =>
    pages.value.get(Math.floor(at / PAGE_ROWS))?.[at % PAGE_ROWS] ?? null;

  async function readPage(page: number): Promise<readonly Pair[]> {
    const from = page * PAGE_ROWS;
    const asked = { filter: filter.value, order: order.value, from, limit: PAGE_ROWS } as const;
    return (await client.call('pair/list', asked)).rows;
  }

  /** Pages that stay: those in sight and around the selected pair. */
  function keptPages(): number[] {
    const own = Math.floor(index.value / PAGE_ROWS);
    const wanted = [own - 1, own, own + 1];
    for (let page = sight.first; page <= sight.last; page += 1) wanted.push(page);
    return [...new Set(wanted)].filter((page) => page === 0 || (page > 0 && page * PAGE_ROWS < total.value));
  }

  async function refresh(): Promise<void> {
    const isLatest = begin();
    await notices.attempt(async () => {
      const wanted = keptPages();
      const wantedPair = wantedId;
      const [nextCounts, place, ...read] = await Promise.all([
        countFacets(client, filter.value),
        askPlace(wantedPair),
        ...wanted.map((page) => readPage(page)),
      ]);
      if (!isLatest()) return;
      generation += 1;
      // The number of pairs first: whoever waits for the rows may select one of them.
      counts.value = nextCounts;
      pages.value = new Map(wanted.map((page, i) => [page, read[i]!]));
      loaded.value = true;
      // Another pair may have been wanted while the answers were on their way.
      select((wantedId === wantedPair ? place : placeOf(wantedId)) ?? index.value);
    });
  }

  function placeOf(pairId: string | null): number | null {
    for (const [page, rows] of pages.value) {
      const at = rows.findIndex((pair) => pair.id === pairId);
      if (at !== -1) return page * PAGE_ROWS + at;
    }
    return null;
  }

  /** Where a pair is now, also where its page was not read; null when the filter does not take it. */
  async function seekPlace(pairId: string | null): Promise<number | null> {
    return placeOf(pairId) ?? askPlace(pairId);
  }

  async function askPlace(pairId: string | null): Promise<number | null> {
    if (pairId === null) return null;
    const asked = { filter: filter.value, order: order.value, pairId } as const;
    // A pair that is gone has no place.
    const found = await client.call('pair/place', asked).catch(() => null);
    return found?.place ?? null;
  }

  /** Says which rows are in sight; those that are not there are read. */
  function show(first: number, last: number): void {
    sight = { first: Math.floor(first / PAGE_ROWS), last: Math.floor(last / PAGE_ROWS) };
    readMissing();
  }

  /** Reads soon rather than at once: what a dragged scroll bar only passes is never asked for. */
  const readMissing = createCollector(async () => {
    if (!loaded.value) return;
    const own = generation;
    const wanted = keptPages().filter((page) => !pages.value.has(page));
    if (wanted.length === 0) return;
    await notices.attempt(async () => {
      const read = await Promise.all(wanted.map((page) => readPage(page)));
      // Read anew meanwhile: that answer stands.
      if (generation !== own) return;
      const next = new Map(pages.value);
      for (const [i, page] of wanted.entries()) next.set(page, read[i]!);
      const stay = new Set(keptPages());
      for (const page of next.keys()) {
        if (next.size <= MOST_PAGES) break;
        if (!stay.has(page)) next.delete(page);
      }
      pages.value = next;
      wantedId = rowAt(index.value)?.id ?? wantedId;
    });
  }, REFRESH_PAUSE_MS);

  function select(to: number): void {
    index.value = Math.max(0, Math.min(total.value - 1, to));
    wantedId = rowAt(index.value)?.id ?? null;
    readMissing();
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

  /** Sorts the list otherwise; it begins at the top. */
  function setOrder(to: ListOrder): void {
    order.value = to;
    restart(null);
  }

  function clearFilter(): void {
    filter.value = {};
    restart();
  }

  /** Takes a whole filter, a saved one for instance, and goes to one of its pairs, or to the worst. */
  function applyFilter(whole: PairFilter, pairId: string | null = null): void {
    filter.value = whole;
    restart(pairId);
  }

  /** Goes to a pair: in the list as it is, or in that of all where the filter does not take it. */
  async function goTo(pairId: string): Promise<void> {
    const place = await seekPlace(pairId);
    if (place !== null) return select(place);
    notices.done('The filter was cleared: it does not take that pair.');
    applyFilter({}, pairId);
  }

  /** Goes to the next (`step` 1) or previous (-1) undecided pair with a fault or a warning. */
  async function selectFlagged(step: 1 | -1): Promise<void> {
    const asked = { filter: filter.value, order: order.value, from: index.value, step } as const;
    const found = await notices.attempt(() => client.call('pair/seek', asked));
    if (found === null || asked.filter !== filter.value) return;
    if (found.place !== null) return select(found.place);
    notices.done(`No undecided pair with a fault or a warning ${step === 1 ? 'below' : 'above'}.`);
  }

  /** Begins the list anew, at a pair: the present one where nothing else is said. */
  function restart(pairId: string | null = wantedId): void {
    generation += 1;
    pages.value = new Map();
    index.value = 0;
    wantedId = pairId;
    sight = { first: 0, last: 0 };
    refreshSoon();
  }

  const refreshSoon = createCollector(refresh, REFRESH_PAUSE_MS);
  client.on('project/changed', ({ what }) => {
    if (what === 'pairs' || what === 'titles' || what === 'evaluations') refreshSoon();
  });
  useConnection().onReturn(refreshSoon);
  watch(selected, () => void refreshDetail());

  return {
    filter,
    order,
    pages,
    rowAt,
    counts,
    total,
    index,
    selected,
    detail,
    loaded,
    refresh,
    show,
    select,
    decide,
    undo,
    setFilter,
    clearFilter,
    setOrder,
    applyFilter,
    goTo,
    selectFlagged,
  };
});
