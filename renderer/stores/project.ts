/** The open project as a whole: what it holds, its titles, and what was done to it. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { hasCode } from '../../core/domain/errors.ts';
import type { JournalEntry, ProjectSummary } from '../../core/domain/project.ts';
import type { Title } from '../../core/domain/title.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { plural } from '../lib/words.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';

const REFRESH_PAUSE_MS = 60;
const TITLES_SHOWN = 200;
const JOURNAL_SHOWN = 30;

export const useProject = defineStore('project', () => {
  const client = useClient();
  const notices = useNotices();
  const summary = shallowRef<ProjectSummary | null>(null);
  const titles = shallowRef<readonly Title[]>([]);
  const journal = shallowRef<readonly JournalEntry[]>([]);
  /** `loading` before the first answer; `none` when no project is open. */
  const state = ref<'loading' | 'open' | 'none'>('loading');
  const begin = createLatest();

  async function refresh(): Promise<void> {
    const isLatest = begin();
    try {
      const [nextSummary, titlePage, journalPage] = await Promise.all([
        client.call('project/summary', {}),
        client.call('title/list', { limit: TITLES_SHOWN }),
        client.call('journal/list', { limit: JOURNAL_SHOWN }),
      ]);
      if (!isLatest()) return;
      summary.value = nextSummary;
      titles.value = titlePage.rows;
      journal.value = journalPage.rows;
      state.value = 'open';
    } catch (error) {
      if (!isLatest()) return;
      if (hasCode(error, 'PROJECT_MISSING')) state.value = 'none';
      else await notices.attempt(() => Promise.reject(error));
    }
  }

  const refreshSoon = createCollector(refresh, REFRESH_PAUSE_MS);
  client.on('project/changed', refreshSoon);
  useConnection().onReturn(refreshSoon);

  async function open(kind: 'open' | 'create', folder: string): Promise<boolean> {
    const opened = await notices.attempt(() => client.call(`project/${kind}`, { folder }));
    if (opened !== null) await refresh();
    return opened !== null;
  }

  const check = () => notices.attempt(() => client.call('check/start', {}));

  async function decideAsSuggested(): Promise<void> {
    const result = await notices.attempt(() => client.call('decision/suggest', {}));
    if (result === null) return;
    const { accepted, rejected, needsWork } = result;
    const total = accepted + rejected + needsWork;
    if (total === 0) notices.done('Every pair had been decided already.');
    else {
      notices.done(
        `Decided ${plural(total, 'pair')}: ${accepted} accepted, ${rejected} rejected, ${needsWork} need work. One undo takes it back.`,
      );
    }
  }

  /** A title's name by its id; the id itself where it is not among the titles that were read. */
  function titleName(titleId: string): string {
    return titles.value.find(({ id }) => id === titleId)?.name ?? titleId;
  }

  /** Takes back the last change. @returns what was undone. */
  async function undo(): Promise<JournalEntry | null> {
    const entry = await notices.attempt(() => client.call('journal/undo', {}));
    if (entry !== null) notices.done(`Undone: ${entry.label}.`);
    return entry;
  }

  async function redo(): Promise<JournalEntry | null> {
    const entry = await notices.attempt(() => client.call('journal/redo', {}));
    if (entry !== null) notices.done(`Done again: ${entry.label}.`);
    return entry;
  }

  return {
    summary,
    titles,
    titleName,
    journal,
    state,
    refresh,
    open,
    check,
    decideAsSuggested,
    undo,
    redo,
  };
});
