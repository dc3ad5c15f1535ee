/** An import from the first path to its report: what was asked for, what the names say, the plan, each file's way. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { toErrorData } from '../../core/domain/errors.ts';
import { isTerminal, type JobSnapshot } from '../../core/domain/job.ts';
import type {
  ImportedFile,
  ImportReport,
  NamePreview,
  NamingPreset,
  PlannedImport,
  PlannedTrack,
  TrackWish,
  UnfinishedImport,
} from '../../core/domain/planned-import.ts';
import type { ImportArguments } from '../../core/rpc/contract.ts';
import { useClient } from '../client.ts';
import { linesOf } from '../lib/import-words.ts';
import { createLatest } from '../lib/latest.ts';
import { useConnection } from './connection.ts';
import { useNotices } from './notices.ts';

/** How long typing rests before the names are read again, ms. */
const TYPING_PAUSE_MS = 250;

export const useImports = defineStore('imports', () => {
  const client = useClient();
  const notices = useNotices();
  const pathText = ref('');
  const patternText = ref('');
  const preset = ref('');
  const language = ref('');
  const wishes = shallowRef<ReadonlyMap<string, TrackWish>>(new Map());
  const presets = shallowRef<readonly NamingPreset[]>([]);
  const names = shallowRef<NamePreview | null>(null);
  /** Why a pattern or a path cannot be used, as a sentence. */
  const namesTrouble = ref<string | null>(null);
  const plan = shallowRef<PlannedImport | null>(null);
  /** What the plan was made for. */
  const plannedFor = ref('');
  const planJob = shallowRef<JobSnapshot | null>(null);
  const job = shallowRef<JobSnapshot | null>(null);
  const files = shallowRef<ReadonlyMap<string, ImportedFile>>(new Map());
  const report = shallowRef<ImportReport | null>(null);
  const unfinished = shallowRef<UnfinishedImport | null>(null);
  const begin = createLatest();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const paths = computed(() => linesOf(pathText.value));
  const asked = computed((): ImportArguments => {
    const patterns = linesOf(patternText.value);
    const said = language.value.trim();
    return {
      paths: paths.value,
      ...(said === '' ? {} : { originalLanguage: said }),
      ...(patterns.length === 0 ? {} : { patterns }),
      ...(preset.value === '' ? {} : { preset: preset.value }),
      ...(wishes.value.size === 0 ? {} : { tracks: [...wishes.value.values()] }),
    };
  });
  const isPlanning = computed(() => planJob.value !== null && !isTerminal(planJob.value));
  const isRunning = computed(() => job.value !== null && !isTerminal(job.value));
  /** The plan is about what the fields say now. */
  const isFresh = computed(() => plan.value !== null && plannedFor.value === JSON.stringify(asked.value));

  async function readNames(): Promise<void> {
    const isLatest = begin();
    if (paths.value.length === 0) {
      names.value = null;
      namesTrouble.value = null;
      return;
    }
    try {
      const found = await client.call('import/names', asked.value);
      if (!isLatest()) return;
      names.value = found;
      namesTrouble.value = null;
    } catch (error) {
      if (isLatest()) namesTrouble.value = toErrorData(error).message;
    }
  }

  watch(asked, () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void readNames(), TYPING_PAUSE_MS);
  });

  /** What stands before anything is asked: presets, an import that did not end, one that runs. */
  async function refresh(): Promise<void> {
    await notices.attempt(async () => {
      if (presets.value.length === 0) presets.value = await client.call('import/presets', {});
      unfinished.value = await client.call('import/unfinished', {});
      const running = (await client.call('job/list', {})).findLast(isImport);
      if (running !== undefined && !isTerminal(running)) job.value = running;
    });
  }

  async function makePlan(): Promise<void> {
    const wanted = JSON.stringify(asked.value);
    const started = await notices.attempt(() => client.call('import/plan', asked.value));
    if (started === null) return;
    report.value = null;
    job.value = null;
    plannedFor.value = wanted;
    planJob.value = await client.call('job/get', { jobId: started.jobId });
    if (isTerminal(planJob.value)) await readPlan(planJob.value);
  }

  async function readPlan(ended: JobSnapshot): Promise<void> {
    if (ended.state !== 'succeeded') plan.value = null;
    else plan.value = await notices.attempt(() => client.call('import/planned', {}));
  }

  const cancelPlan = (): unknown =>
    planJob.value && notices.attempt(() => client.call('job/cancel', { jobId: planJob.value!.id }));
  const cancel = (): unknown =>
    job.value && notices.attempt(() => client.call('job/cancel', { jobId: job.value!.id }));

  async function start(): Promise<void> {
    await begun(await notices.attempt(() => client.call('import/start', asked.value)));
  }

  async function resume(): Promise<void> {
    plan.value = null;
    await begun(await notices.attempt(() => client.call('import/resume', {})));
  }

  async function begun(started: { jobId: string } | null): Promise<void> {
    if (started === null) return;
    files.value = new Map();
    report.value = null;
    unfinished.value = null;
    job.value = await client.call('job/get', { jobId: started.jobId });
    if (isTerminal(job.value)) await ended(job.value);
  }

  async function forget(): Promise<void> {
    await notices.attempt(() => client.call('import/forget', {}));
    unfinished.value = null;
  }

  async function ended(last: JobSnapshot): Promise<void> {
    if (last.state === 'succeeded') {
      report.value = await notices.attempt(() => client.call('import/report', {}));
    } else if (last.state === 'cancelled') {
      unfinished.value = await notices.attempt(() => client.call('import/unfinished', {}));
    }
  }

  /** Back to an empty page. */
  function clear(): void {
    pathText.value = '';
    wishes.value = new Map();
    plan.value = null;
    report.value = null;
    job.value = null;
    files.value = new Map();
  }

  /** Says a track's language or role; the plan is made anew. */
  async function say(track: PlannedTrack, change: Pick<TrackWish, 'language' | 'role'>): Promise<void> {
    const key = `${track.path} ${track.streamIndex}`;
    const before = wishes.value.get(key) ?? { path: track.path, streamIndex: track.streamIndex };
    wishes.value = new Map(wishes.value).set(key, { ...before, ...change });
    await makePlan();
  }

  async function sayNothing(): Promise<void> {
    wishes.value = new Map();
    await makePlan();
  }

  client.on('job/changed', (changed) => {
    if (changed.id === planJob.value?.id) {
      const wasRunning = isPlanning.value;
      planJob.value = changed;
      if (wasRunning && isTerminal(changed)) void readPlan(changed);
    }
    if (changed.id !== job.value?.id) return;
    const wasRunning = isRunning.value;
    job.value = changed;
    if (wasRunning && isTerminal(changed)) void ended(changed);
  });
  client.on('import/files', ({ files: told }) => {
    const next = new Map(files.value);
    for (const file of told) next.set(file.path, file);
    files.value = next;
  });
  useConnection().onReturn(() => void refresh());

  return {
    pathText,
    patternText,
    preset,
    language,
    wishes,
    presets,
    names,
    namesTrouble,
    plan,
    planJob,
    job,
    files,
    report,
    unfinished,
    paths,
    isPlanning,
    isRunning,
    isFresh,
    refresh,
    makePlan,
    cancelPlan,
    cancel,
    start,
    resume,
    forget,
    clear,
    say,
    sayNothing,
  };
});

/** Both looking and importing are of this kind; only the one that imports counts here. */
function isImport({ kind, label }: JobSnapshot): boolean {
  return kind === 'import' && label.startsWith('Import ');
}
