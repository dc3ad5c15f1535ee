/** What is done with a run while it goes and afterwards: pause, stop, what is said of it, its checkpoints and its log. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type {
  CheckpointInfo,
  RunDescription,
  RunLogLine,
  WeightFormat,
} from '../../core/domain/run-about.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { matchesRun } from '../lib/run-words.ts';
import { bytesText, plural } from '../lib/words.ts';
import { useNotices } from './notices.ts';
import { useRuns } from './runs.ts';

/** How often the list of checkpoints is asked for while a run trains, ms at least. */
const REFRESH_PAUSE_MS = 1500;

export const useRunLife = defineStore('run-life', () => {
  const client = useClient();
  const notices = useNotices();
  const runs = useRuns();
  const checkpoints = shallowRef<readonly CheckpointInfo[] | null>(null);
  const log = shallowRef<readonly RunLogLine[]>([]);
  const text = ref('');
  const showsArchived = ref(false);
  const archivedCount = computed(() => runs.runs.filter((run) => run.archived === true).length);
  /** Runs as the list shows them. */
  const shown = computed(() =>
    runs.runs.filter((run) => (showsArchived.value || run.archived !== true) && matchesRun(run, text.value)),
  );
  const beginCheckpoints = createLatest();
  const beginLog = createLatest();

  async function refreshCheckpoints(verify = false): Promise<void> {
    const { runId } = runs;
    const isLatest = beginCheckpoints();
    const found =
      runId === null ? [] : await notices.attempt(() => client.call('checkpoint/list', { runId, verify }));
    if (isLatest() && found !== null) checkpoints.value = found;
  }

  async function refreshLog(): Promise<void> {
    const { runId } = runs;
    const isLatest = beginLog();
    const found = runId === null ? [] : await notices.attempt(() => client.call('run/log', { runId }));
    if (isLatest() && found !== null) log.value = found;
  }

  async function pin(checkpoint: string, pinned: boolean): Promise<void> {
    const { runId } = runs;
    if (runId === null) return;
    const found = await notices.attempt(() => client.call('checkpoint/pin', { runId, checkpoint, pinned }));
    if (found !== null && runs.runId === runId) checkpoints.value = found;
  }

  async function remove(names: readonly string[]): Promise<void> {
    const { runId } = runs;
    if (runId === null) return;
    const done = await notices.attempt(() =>
      client.call('checkpoint/delete', { runId, checkpoints: [...names] }),
    );
    if (done !== null) {
      notices.done(
        `Deleted ${plural(done.deleted.length, 'checkpoint')}: ${bytesText(done.freedBytes)} are free.`,
      );
    }
    await refreshCheckpoints();
  }

  /** Into the folder of exports; the same checkpoint gives the same bytes, so a file of that name is replaced. */
  function exportWeights(checkpoint: string, format: WeightFormat): Promise<unknown> {
    const runId = runs.runId ?? '';
    const ending = format === 'official' ? '-official.pt' : '.safetensors';
    const path = `${runId}-${checkpoint}${ending}`;
    return notices.attempt(() =>
      client.call('checkpoint/export', { runId, checkpoint, path, format, overwrite: true }),
    );
  }

  const evaluate = (checkpoint: string) =>
    notices.attempt(() => client.call('evaluation/start', { runId: runs.runId ?? '', checkpoint }));
  const pause = (runId: string) => notices.attempt(() => client.call('run/pause', { runId }));
  const stop = (runId: string, when: 'now' | 'checkpoint') =>
    notices.attempt(() => client.call('run/stop', { runId, when }));
  /** @returns whether it was kept. */
  async function describe(runId: string, said: RunDescription): Promise<boolean> {
    return (await notices.attempt(() => client.call('run/describe', { runId, ...said }))) !== null;
  }

  const refreshSoon = createCollector(async () => {
    if (runs.tab === 'checkpoints') await refreshCheckpoints();
    if (runs.tab === 'log') await refreshLog();
  }, REFRESH_PAUSE_MS);
  client.on('run/metrics', ({ runId }) => runId === runs.runId && refreshSoon());
  watch(
    () => [runs.runId, runs.tab] as const,
    ([runId], before) => {
      if (runId !== before?.[0]) checkpoints.value = null;
      if (runId !== before?.[0]) log.value = [];
      if (runs.tab === 'checkpoints') void refreshCheckpoints();
      if (runs.tab === 'log') void refreshLog();
    },
    { immediate: true },
  );
  watch(() => runs.runs, refreshSoon);

  return {
    checkpoints,
    log,
    text,
    showsArchived,
    archivedCount,
    shown,
    refreshCheckpoints,
    pin,
    remove,
    exportWeights,
    evaluate,
    pause,
    stop,
    describe,
  };
});
