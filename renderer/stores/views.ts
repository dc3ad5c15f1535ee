/** Saved filters: those of the project, and how they come and go. */
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { PairFilter, View } from '../../core/domain/view.ts';
import { useClient } from '../client.ts';
import { createLatest } from '../lib/latest.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';

export const useViews = defineStore('views', () => {
  const client = useClient();
  const notices = useNotices();
  const views = shallowRef<readonly View[]>([]);
  const begin = createLatest();

  async function refresh(): Promise<void> {
    const isLatest = begin();
    const found = await notices.attempt(() => client.call('view/list', {}));
    if (found !== null && isLatest()) views.value = found;
  }

  /** Keeps a filter under a name. @returns whether it was kept. */
  async function save(name: string, filter: PairFilter): Promise<boolean> {
    const saved = await notices.attempt(() => client.call('view/save', { name, filter }));
    if (saved === null) return false;
    notices.done(`Saved the view "${saved.name}".`);
    return true;
  }

  async function remove({ id, name }: View): Promise<void> {
    await notices.attempt(async () => {
      await client.call('view/remove', { viewId: id });
      notices.done(`Removed the view "${name}". Undo brings it back.`);
    });
  }

  client.on('project/changed', ({ what }) => {
    if (what === 'views') void refresh();
  });
  useConnection().onReturn(() => void refresh());

  return { views, refresh, save, remove };
});
