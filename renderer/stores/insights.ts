/** Which heatmap is looked at, the cell that was chosen in it, and the clips behind that cell. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import {
  type CellClip,
  type HeatmapFormat,
  type HeatmapKind,
  type HeatmapMeasure,
  type HeatmapPicture,
  type HeatmapScale,
  type HeatmapSpec,
  MEASURES_OF,
  MOST_TITLE_ROWS,
} from '../../core/domain/heatmap.ts';
import { useClient } from '../client.ts';
import { createLatest } from '../lib/latest.ts';
import { useTheme } from '../lib/theme.ts';
import { useInspector } from './inspector.ts';
import { useNotices } from './notices.ts';
import { useRuns } from './runs.ts';

/** How a second evaluation is held against the first: not at all, subtracted, or shown beside it. */
export type CompareMode = 'alone' | 'difference' | 'beside';

/** A chosen cell, by the keys of its row and column. */
export type ChosenCell = { row: string; column: string };

const CLIPS_A_PAGE = 50;
const NUMBERS_KEY = 'dubscope.heatmap.numbers';

export const useInsights = defineStore('insights', () => {
  const client = useClient();
  const notices = useNotices();
  const runs = useRuns();
  const inspector = useInspector();
  const { isDark } = useTheme();
  const evaluationId = ref<string | null>(null);
  const otherId = ref<string | null>(null);
  const mode = ref<CompareMode>('alone');
  const kind = ref<HeatmapKind>('languages');
  const measures = ref<Partial<Record<HeatmapKind, HeatmapMeasure>>>({});
  const scale = ref<HeatmapScale>('own');
  const titleOrder = ref<'name' | 'lowest'>('name');
  const fromTitle = ref(0);
  const clipId = ref<string | null>(null);
  const hasNumbers = ref(localStorage.getItem(NUMBERS_KEY) !== 'off');
  const picture = shallowRef<HeatmapPicture | null>(null);
  const beside = shallowRef<HeatmapPicture | null>(null);
  const isLoading = ref(false);
  const cell = ref<ChosenCell | null>(null);
  const clips = shallowRef<readonly CellClip[]>([]);
  const total = ref(0);
  const order = ref<'least' | 'most'>('least');
  const index = ref(0);
  const measure = computed(() => measures.value[kind.value] ?? MEASURES_OF[kind.value][0]);
  const hasOther = computed(() => otherId.value !== null && mode.value !== 'alone' && kind.value !== 'clip');
  /** Which number the clips of a cell are ordered by. */
  const shows = computed((): 'gap' | 'sameClip' | 'otherClip' => {
    const by = kind.value === 'pictures' ? cell.value?.row : measure.value;
    return by === 'gap' || by === 'otherClip' ? by : 'sameClip';
  });
  const clip = computed(() => clips.value[index.value] ?? null);
  const beginPicture = createLatest();
  const beginClips = createLatest();

  /** What is shown, as a request has it; null before an evaluation is chosen. */
  const spec = computed((): HeatmapSpec | null => {
    if (evaluationId.value === null || (kind.value === 'clip' && clipId.value === null)) return null;
    return {
      evaluationId: evaluationId.value,
      kind: kind.value,
      scale: scale.value,
      ...(measure.value === undefined ? {} : { measure: measure.value }),
      ...(hasOther.value && mode.value === 'difference' ? { againstId: otherId.value! } : {}),
      ...(hasOther.value && mode.value === 'beside' ? { besideId: otherId.value! } : {}),
      ...(kind.value === 'titles' ? { titleOrder: titleOrder.value, fromTitle: fromTitle.value } : {}),
      ...(kind.value === 'clip' ? { clipId: clipId.value! } : {}),
    };
  });

  /** Chooses the newest evaluation where none, or one that is gone, is chosen. */
  function settle(): void {
    const ids = runs.evaluations.map(({ id }) => id);
    if (evaluationId.value === null || !ids.includes(evaluationId.value)) evaluationId.value = ids[0] ?? null;
    if (otherId.value !== null && !ids.includes(otherId.value)) otherId.value = null;
    if (otherId.value === null) mode.value = 'alone';
  }

  async function refresh(): Promise<void> {
    await runs.refresh();
    settle();
    await show();
  }

  async function show(): Promise<void> {
    const asked = spec.value;
    const isLatest = beginPicture();
    if (asked === null) {
      picture.value = null;
      beside.value = null;
      return;
    }
    isLoading.value = true;
    const swapped =
      asked.besideId === undefined
        ? null
        : { ...asked, evaluationId: asked.besideId, besideId: asked.evaluationId };
    const found = await notices.attempt(() =>
      Promise.all([
        client.call('heatmap/get', asked),
        swapped === null ? null : client.call('heatmap/get', swapped),
      ]),
    );
    if (!isLatest()) return;
    isLoading.value = false;
    [picture.value, beside.value] = found ?? [null, null];
    if (cell.value !== null && !hasCell(picture.value, cell.value)) leaveCell();
  }

  /** Chooses a cell and asks for the clips behind it. */
  async function choose(next: ChosenCell): Promise<void> {
    cell.value = next;
    index.value = 0;
    await readClips(0);
  }

  async function readClips(from: number): Promise<void> {
    const chosen = cell.value;
    const asked = spec.value;
    if (chosen === null || asked === null || asked.kind === 'clip') return;
    const isLatest = beginClips();
    const { evaluationId: id, kind: of, measure: by, againstId } = asked;
    const found = await notices.attempt(() =>
      client.call('heatmap/clips', {
        evaluationId: id,
        kind: of as Exclude<HeatmapKind, 'clip'>,
        ...(by === undefined ? {} : { measure: by }),
        ...(againstId === undefined ? {} : { againstId }),
        ...chosen,
        order: order.value,
        from,
        limit: CLIPS_A_PAGE,
      }),
    );
    if (!isLatest() || found === null) return;
    clips.value = from === 0 ? found.clips : [...clips.value, ...found.clips];
    total.value = found.total;
  }

  function leaveCell(): void {
    beginClips();
    cell.value = null;
    clips.value = [];
    total.value = 0;
    inspector.player.pause();
  }

  function select(to: number): void {
    index.value = Math.max(0, Math.min(clips.value.length - 1, to));
    if (index.value >= clips.value.length - 5 && clips.value.length < total.value)
      void readClips(clips.value.length);
  }

  function turnOrder(): void {
    order.value = order.value === 'least' ? 'most' : 'least';
    index.value = 0;
    void readClips(0);
  }

  /** Shows one clip's own sounds; `null` goes back to the languages. */
  function showClip(id: string | null): void {
    clipId.value = id;
    kind.value = id === null ? 'languages' : 'clip';
  }

  function setMeasure(next: HeatmapMeasure): void {
    measures.value = { ...measures.value, [kind.value]: next };
  }

  function compareWith(id: string | null): void {
    otherId.value = id;
    if (id === null) mode.value = 'alone';
    else if (mode.value === 'alone') mode.value = 'difference';
  }

  function turnTitles(step: 1 | -1): void {
    fromTitle.value = Math.max(0, fromTitle.value + step * MOST_TITLE_ROWS);
  }

  function toggleNumbers(): void {
    hasNumbers.value = !hasNumbers.value;
    localStorage.setItem(NUMBERS_KEY, hasNumbers.value ? 'on' : 'off');
  }

  /** Writes what is shown into the folder of exports. */
  async function save(format: HeatmapFormat): Promise<void> {
    const asked = spec.value;
    if (asked === null) return;
    const theme = isDark.value ? 'dark' : 'light';
    const saved = await notices.attempt(() => client.call('heatmap/save', { ...asked, format, theme }));
    if (saved !== null) notices.done(`Saved as ${saved.path}. It is among the exports (Ctrl+J).`);
  }

  watch(spec, (next, before) => {
    if (next?.kind !== before?.kind) leaveCell();
    void show();
    if (cell.value !== null) void readClips(0);
  });
  watch([titleOrder, evaluationId], () => {
    fromTitle.value = 0;
  });
  watch(() => runs.evaluations, settle);
  // A clip that is chosen is at hand to be heard.
  watch(clip, (next) => {
    if (next?.pair) void hear(next);
  });

  /** Opens a clip for hearing, from its start, again and again. */
  async function hear({ pair, sounds }: CellClip): Promise<void> {
    const wasPlaying = inspector.isPlaying;
    await inspector.open(pair);
    inspector.loop.set(true);
    if (pair !== null) inspector.player.seek(pair.timeWindow.startSec);
    hearSound(sounds[1] === null ? 'row' : 'column');
    if (wasPlaying && !inspector.isPlaying) await inspector.toggle();
  }

  /** Hears the row's sound, the column's, or both at once. */
  function hearSound(which: 'row' | 'column' | 'both'): void {
    const [row, column] = clip.value?.sounds ?? [null, null];
    const idOf = (language: string | null): string | undefined =>
      inspector.shot?.tracks.find((track) => track.language === language)?.id;
    const [rowId, columnId] = [idOf(row), idOf(column)];
    const wanted = which === 'row' ? [rowId] : which === 'column' ? [columnId] : [rowId, columnId];
    const [first, second] = wanted.filter((id) => id !== undefined);
    if (first === undefined) return;
    inspector.hearing.hear(first);
    if (second !== undefined && second !== first) inspector.hearing.hearAlong(second);
  }

  return {
    evaluationId,
    otherId,
    mode,
    kind,
    measure,
    scale,
    titleOrder,
    fromTitle,
    clipId,
    hasNumbers,
    picture,
    beside,
    isLoading,
    cell,
    clips,
    total,
    order,
    index,
    clip,
    shows,
    refresh,
    choose,
    leaveCell,
    select,
    turnOrder,
    showClip,
    setMeasure,
    compareWith,
    turnTitles,
    toggleNumbers,
    save,
    hearSound,
  };
});

function hasCell(picture: HeatmapPicture | null, { row, column }: ChosenCell): boolean {
  return (
    picture?.rows.some(({ key }) => key === row) === true && picture.columns.some(({ key }) => key === column)
  );
}
