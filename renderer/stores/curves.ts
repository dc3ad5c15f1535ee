/** Curves of the runs that are looked at: which, in which range, how drawn. */
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { MOST_CURVE_RUNS, type RunCurves } from '../../core/domain/curves.ts';
import { useClient } from '../client.ts';
import { type CurveAxis, comparedSeries } from '../lib/curve-lines.ts';
import { createCollector, createLatest } from '../lib/latest.ts';
import { useNotices } from './notices.ts';
import { useRuns } from './runs.ts';

/** How often a run that trains is asked for, ms at least. */
const LIVE_PAUSE_MS = 1000;
const SETTLE_MS = 120;
const POINTS_OF_ONE = 1500;
const POINTS_OF_MANY = 500;

export const useCurves = defineStore('curves', () => {
  const client = useClient();
  const notices = useNotices();
  const runs = useRuns();
  const chosen = ref<readonly string[]>([]);
  const hidden = ref<readonly string[]>([]);
  const range = ref<{ fromStep: number; toStep: number } | null>(null);
  const curves = shallowRef<readonly RunCurves[]>([]);
  const smoothing = useLocalStorage('dubscope.curves.smoothing', 0);
  const isLog = useLocalStorage('dubscope.curves.log', false);
  const axis = useLocalStorage<CurveAxis>('dubscope.curves.axis', 'step');
  /** Of runs that are still there. */
  const compared = computed(() => chosen.value.filter((id) => runs.runs.some((run) => run.id === id)));
  const isCompared = computed(() => compared.value.length > 1);
  const shownIds = computed(() => {
    if (isCompared.value) return compared.value;
    return runs.runId === null ? [] : [runs.runId];
  });
  const begin = createLatest();
  let asked = '';

  async function load(): Promise<void> {
    const isLatest = begin();
    const runIds = [...shownIds.value];
    if (runIds.length === 0) {
      curves.value = [];
      return;
    }
    const question = {
      runIds,
      points: isCompared.value ? POINTS_OF_MANY : POINTS_OF_ONE,
      smoothing: Math.min(0.999, Math.max(0, Number(smoothing.value) || 0)),
      ...range.value,
      ...(isCompared.value ? { series: comparedSeries(axis.value) } : {}),
    };
    const key = JSON.stringify(question);
    const before = key === asked ? curves.value : [];
    const known = Object.fromEntries(before.map(({ runId, version }) => [runId, version]));
    const found = await notices.attempt(() => client.call('run/curves', { ...question, known }));
    if (found === null || !isLatest()) return;
    asked = key;
    if (before.length > 0 && found.every(({ unchanged }) => unchanged)) return;
    curves.value = found.map((one) =>
      one.unchanged ? (before.find(({ runId }) => runId === one.runId) ?? one) : one,
    );
  }

  /** Takes a run into the comparison, or out of it. The first one takes the selected run with it. */
  function toggle(id: string): void {
    if (chosen.value.includes(id)) chosen.value = chosen.value.filter((one) => one !== id);
    else chosen.value = [...chosen.value, id].slice(-MOST_CURVE_RUNS);
  }

  function toggleHidden(id: string): void {
    hidden.value = hidden.value.includes(id)
      ? hidden.value.filter((one) => one !== id)
      : [...hidden.value, id];
  }

  /** Last step of any shown run. */
  const lastStep = computed(() => Math.max(1, ...curves.value.map((one) => one.lastStep)));

  /** Shows steps from..to; all where that is (nearly) everything. */
  function zoom(from: number, to: number): void {
    const span = Math.max(2, Math.round(to - from));
    const fromStep = Math.max(0, Math.min(Math.round(from), lastStep.value - span));
    const toStep = Math.min(lastStep.value, fromStep + span);
    range.value = fromStep <= 1 && toStep >= lastStep.value ? null : { fromStep, toStep };
  }

  /** By key: `factor` below 1 looks closer, `shift` moves by a share of what is shown. */
  function zoomBy(factor: number, shift = 0): void {
    const { fromStep, toStep } = range.value ?? { fromStep: 0, toStep: lastStep.value };
    const span = toStep - fromStep;
    const middle = (fromStep + toStep) / 2 + shift * span;
    zoom(middle - (span * factor) / 2, middle + (span * factor) / 2);
  }

  const exportCsv = (kind: 'table' | 'curves') =>
    notices.attempt(() => client.call('run/export-curves', { runIds: [...shownIds.value], kind }));

  const loadSoon = createCollector(load, SETTLE_MS);
  const loadLive = createCollector(load, LIVE_PAUSE_MS);
  watch(
    () => shownIds.value.join(' '),
    () => {
      range.value = null;
      void load();
    },
    { immediate: true },
  );
  watch([range, smoothing, axis], loadSoon);
  client.on('run/metrics', ({ runId }) => shownIds.value.includes(runId) && loadLive());
  client.on('project/changed', ({ what }) => what === 'runs' && loadLive());

  return {
    chosen,
    compared,
    hidden,
    range,
    curves,
    smoothing,
    isLog,
    axis,
    isCompared,
    shownIds,
    lastStep,
    load,
    toggle,
    toggleHidden,
    zoom,
    zoomBy,
    exportCsv,
  };
});
