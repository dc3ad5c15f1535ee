/** Runs, the selected one, and evaluations. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EvaluationResult, EvaluationSummary } from '../../core/domain/evaluation.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import type { RunConfigChange } from '../../core/rpc/contract-runs.ts';
import { useClient } from '../client.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { useTheme } from '../lib/theme.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';

/** What a heatmap's cells can show. */
export type HeatmapMeasure = 'gap' | 'sameClip' | 'otherClip';

/** Parts of a run's page. */
export type RunTab = 'training' | 'results' | 'checkpoints' | 'settings' | 'log';

const REFRESH_PAUSE_MS = 100;

export const useRuns = defineStore('runs', () => {
  const client = useClient();
  const notices = useNotices();
  const runs = shallowRef<readonly RunSummary[]>([]);
  const evaluations = shallowRef<readonly EvaluationSummary[]>([]);
  const result = shallowRef<EvaluationResult | null>(null);
  const heatmapSvg = shallowRef<string | null>(null);
  const measure = ref<HeatmapMeasure>('gap');
  const runId = ref<string | null>(null);
  const evaluationId = ref<string | null>(null);
  const loaded = ref(false);
  const tab = ref<RunTab>('training');
  const run = computed(() => runs.value.find((candidate) => candidate.id === runId.value) ?? null);
  const ownEvaluations = computed(() =>
    evaluations.value.filter((evaluation) => evaluation.runId === runId.value),
  );
  const begin = createLatest();
  const beginResult = createLatest();
  const beginHeatmap = createLatest();
  const { isDark } = useTheme();

  async function refresh(): Promise<void> {
    const isLatest = begin();
    await notices.attempt(async () => {
      const [nextRuns, nextEvaluations] = await Promise.all([
        client.call('run/list', {}),
        client.call('evaluation/list', {}),
      ]);
      if (!isLatest()) return;
      runs.value = nextRuns.toSorted((a, b) => b.createdMs - a.createdMs);
      evaluations.value = nextEvaluations.toSorted((a, b) => b.createdMs - a.createdMs);
      loaded.value = true;
      if (run.value === null) await selectRun(runs.value[0]?.id ?? null);
      else if (!ownEvaluations.value.some(({ id }) => id === evaluationId.value)) {
        await selectEvaluation(ownEvaluations.value[0]?.id ?? null);
      }
    });
  }

  async function selectRun(id: string | null): Promise<void> {
    runId.value = id;
    await selectEvaluation(ownEvaluations.value[0]?.id ?? null);
  }

  async function selectEvaluation(id: string | null): Promise<void> {
    evaluationId.value = id;
    result.value = null;
    heatmapSvg.value = null;
    if (id === null) return;
    const isLatest = beginResult();
    const [found] = await Promise.all([
      notices.attempt(() => client.call('evaluation/get', { evaluationId: id })),
      drawHeatmap(),
    ]);
    if (isLatest()) result.value = found;
  }

  /** Asks for the heatmap of the present evaluation, measure and colours. */
  async function drawHeatmap(): Promise<void> {
    const id = evaluationId.value;
    if (id === null) return;
    const isLatest = beginHeatmap();
    const theme = isDark.value ? 'dark' : 'light';
    const drawn = await notices.attempt(() =>
      client.call('evaluation/heatmap', { evaluationId: id, measure: measure.value, theme }),
    );
    if (isLatest() && drawn !== null) heatmapSvg.value = drawn.svg;
  }

  function setMeasure(next: HeatmapMeasure): void {
    measure.value = next;
    void drawHeatmap();
  }

  /** @returns whether a training was started. */
  async function train(config: RunConfigChange): Promise<boolean> {
    const started = await notices.attempt(() => client.call('run/start', { config }));
    if (started === null) return false;
    await refresh();
    await selectRun(started.runId);
    return true;
  }

  const resume = (id: string) => notices.attempt(() => client.call('run/resume', { runId: id }));
  const evaluate = (id: string) => notices.attempt(() => client.call('evaluation/start', { runId: id }));
  const defaults = () => notices.attempt(() => client.call('run/defaults', {}));

  const refreshSoon = createCollector(refresh, REFRESH_PAUSE_MS);
  client.on('project/changed', ({ what }) => {
    if (what === 'runs' || what === 'evaluations') refreshSoon();
  });
  useConnection().onReturn(refreshSoon);
  watch(isDark, drawHeatmap);

  return {
    runs,
    run,
    runId,
    evaluations,
    ownEvaluations,
    evaluationId,
    result,
    heatmapSvg,
    measure,
    loaded,
    tab,
    refresh,
    selectRun,
    selectEvaluation,
    setMeasure,
    train,
    resume,
    evaluate,
    defaults,
  };
});
