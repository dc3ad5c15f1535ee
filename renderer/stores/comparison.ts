/** Whether the selected run, with those that differ from it in the language strategy, bears the paper's claim out. */
import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import type { Reproduction } from '../../core/domain/reproduction.ts';
import type { ComparedSeed } from '../../core/rpc/contract-runs.ts';
import { useClient } from '../client.ts';
import { createLatest } from '../lib/latest.ts';
import { useTheme } from '../lib/theme.ts';
import { useNotices } from './notices.ts';
import { type HeatmapMeasure, useRuns } from './runs.ts';

export const useComparison = defineStore('comparison', () => {
  const client = useClient();
  const notices = useNotices();
  const runs = useRuns();
  const seeds = shallowRef<readonly ComparedSeed[]>([]);
  const reproduction = shallowRef<Reproduction | null>(null);
  const heatmapSvg = shallowRef<string | null>(null);
  const measure = ref<HeatmapMeasure>('sameClip');
  const htmlPath = ref<string | null>(null);
  const begin = createLatest();
  const beginHeatmap = createLatest();
  const { isDark } = useTheme();

  /** Looks for what the selected run can be compared with. */
  async function refresh(): Promise<void> {
    const isLatest = begin();
    const { run } = runs;
    const found =
      run?.state === 'finished'
        ? await notices.attempt(() => client.call('comparison/find', { runId: run.id }))
        : [];
    if (!isLatest() || found === null) return;
    const isSame = JSON.stringify(found) === JSON.stringify(seeds.value);
    seeds.value = found;
    if (!isSame) {
      reproduction.value = null;
      heatmapSvg.value = null;
      htmlPath.value = null;
    }
    // An earlier look at the same seeds may have been overtaken before it was answered.
    if (found.length === 0 || (isSame && reproduction.value !== null)) return;
    const [judged] = await Promise.all([
      notices.attempt(() => client.call('comparison/get', { seeds: found })),
      drawHeatmap(),
    ]);
    if (isLatest()) reproduction.value = judged;
  }

  /** Asks for both heatmaps of the present measure and colours. */
  async function drawHeatmap(): Promise<void> {
    if (seeds.value.length === 0) return;
    const isLatest = beginHeatmap();
    const theme = isDark.value ? 'dark' : 'light';
    const drawn = await notices.attempt(() =>
      client.call('comparison/heatmap', { seeds: [...seeds.value], measure: measure.value, theme }),
    );
    if (isLatest() && drawn !== null) heatmapSvg.value = drawn.svg;
  }

  function setMeasure(next: HeatmapMeasure): void {
    measure.value = next;
    void drawHeatmap();
  }

  /** Writes the comparison as files into the project's exports. */
  async function write(): Promise<void> {
    const written = await notices.attempt(() => client.call('report/compare', { seeds: [...seeds.value] }));
    if (written !== null) htmlPath.value = written.htmlPath;
  }

  watch([() => runs.runId, () => runs.run?.state, () => runs.evaluations], refresh, { immediate: true });
  watch(isDark, drawHeatmap);

  return { seeds, reproduction, heatmapSvg, measure, htmlPath, setMeasure, write };
});
