/** The titles: a list by name as far as it was scrolled to, and the selected one with its worst pairs. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Pair, Split, Title } from '../../core/domain/title.ts';
import type { TitleDetail } from '../../core/domain/title-detail.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';
import { usePairs } from './pairs.ts';

const PAGE_ROWS = 500;
const REFRESH_PAUSE_MS = 60;
const PAIRS_SHOWN = 50;

export const useTitles = defineStore('titles', () => {
  const client = useClient();
  const notices = useNotices();
  const text = ref('');
  const rows = shallowRef<readonly Title[]>([]);
  const selectedId = ref<string | null>(null);
  const detail = shallowRef<TitleDetail | null>(null);
  const pairs = shallowRef<readonly Pair[]>([]);
  const loaded = ref(false);
  const begin = createLatest();
  const beginDetail = createLatest();
  const next = ref<string | null>(null);
  const index = computed(() => rows.value.findIndex(({ id }) => id === selectedId.value));

  async function refresh(): Promise<void> {
    const isLatest = begin();
    await notices.attempt(async () => {
      const limit = Math.min(1000, Math.max(PAGE_ROWS, rows.value.length));
      const page = await client.call('title/list', { limit, text: text.value.trim() });
      if (!isLatest()) return;
      rows.value = page.rows;
      next.value = page.next;
      loaded.value = true;
      if (selectedId.value === null) selectedId.value = page.rows[0]?.id ?? null;
    });
    if (isLatest()) await refreshDetail();
  }

  /** Reads on when the end of the list comes into sight. */
  async function ensure(last: number): Promise<void> {
    if (next.value === null || last < rows.value.length - 1) return;
    const before = rows.value;
    const cursor = next.value;
    await notices.attempt(async () => {
      const page = await client.call('title/list', { limit: PAGE_ROWS, text: text.value.trim(), cursor });
      if (rows.value !== before) return;
      rows.value = [...before, ...page.rows];
      next.value = page.next;
    });
  }

  async function refreshDetail(): Promise<void> {
    const isLatest = beginDetail();
    const titleId = selectedId.value;
    if (titleId === null) {
      detail.value = null;
      pairs.value = [];
      return;
    }
    await notices.attempt(async () => {
      const [found, page] = await Promise.all([
        client.call('title/get', { titleId }),
        client.call('pair/list', {
          filter: { titleIds: [titleId] },
          order: 'suspicion',
          limit: PAIRS_SHOWN,
        }),
      ]);
      if (!isLatest()) return;
      detail.value = found;
      pairs.value = page.rows;
    });
  }

  function select(to: number): void {
    const title = rows.value[Math.max(0, Math.min(rows.value.length - 1, to))];
    if (title !== undefined) selectedId.value = title.id;
  }

  async function setSplit(split: Split): Promise<void> {
    if (selectedId.value === null) return;
    const titleIds = [selectedId.value];
    await notices.attempt(() => client.call('title/set-split', { titleIds, split }));
  }

  const check = () =>
    selectedId.value === null
      ? null
      : notices.attempt(() => client.call('check/start', { titleIds: [selectedId.value!] }));

  /** Makes the list of pairs that of this title, a language of it, or one pair of it. */
  function toPairs(pick: { language?: string; pairId?: string } = {}): void {
    if (selectedId.value === null) return;
    const titleIds = [selectedId.value];
    const filter = pick.language === undefined ? { titleIds } : { titleIds, languages: [pick.language] };
    usePairs().applyFilter(filter, pick.pairId);
  }

  const refreshSoon = createCollector(refresh, REFRESH_PAUSE_MS);
  client.on('project/changed', ({ what }) => {
    if (loaded.value && (what === 'pairs' || what === 'titles')) refreshSoon();
  });
  useConnection().onReturn(() => loaded.value && refreshSoon());
  watch(selectedId, () => void refreshDetail());
  watch(text, () => refreshSoon());

  return {
    text,
    rows,
    next,
    index,
    selectedId,
    detail,
    pairs,
    loaded,
    refresh,
    ensure,
    select,
    setSplit,
    check,
    toPairs,
  };
});
