/** Goes through the files of an import, several at a time; a file that cannot be used costs itself and nothing else. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { hasCode, toErrorData } from '../domain/errors.ts';
import type { ImportedFile } from '../domain/planned-import.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import { refusal } from '../media/file-kind.ts';
import { forEachLimited } from '../media/for-each-limited.ts';
import type { MediaScan } from '../media/scan.ts';
import type { KnownItem } from './known-items.ts';
import { type FoundFile, listFiles, type RefusedFile } from './list-files.ts';
import type { ImportNote } from './note.ts';
import { type NamingWishes, NO_WISHES, readRules } from './read-rules.ts';

/** What to take in. */
export type ImportRequest = {
  /** Absolute paths of files or folders; folders are walked, hidden files in them passed over. */
  inputs: readonly string[];
  /** Tag of the original language where the files do not say it. */
  originalLanguage: string | null;
  /** The project's cache: what was decoded before and has not changed is not decoded again. */
  cacheFolder: string;
  /** How files find their titles; default by their own names. */
  naming?: NamingWishes;
  /** What the project has already; default nothing. */
  known?: readonly KnownItem[];
};

/** More do not fit into 1.5 GB with certainty. */
const MOST_FILES_AT_ONCE = 4;
/** Progress within a file, s of it. */
const TELL_EACH_SEC = 20;

/** A file that was looked at. */
export type Located = { scan: MediaScan; parts: readonly string[] };

/** Hears of each file: begun, so far, done, refused. */
export type OnFile = (file: ImportedFile) => void;

/** The files of a request, and a way to go through them. */
export async function openWork(
  request: ImportRequest,
  {
    signal,
    onProgress,
    step,
    onFile = () => {},
  }: WorkOptions & {
    onProgress: NonNullable<WorkOptions['onProgress']>;
    step: string;
    onFile?: OnFile | undefined;
  },
) {
  const naming = request.naming ?? NO_WISHES;
  const rules = await readRules(naming, request.inputs, { signal, onProgress });
  // Beside a manifest, the paths only say where its files may lie.
  const listed = await listFiles(naming.manifest === null ? request.inputs : []);
  const files = withClaimed(listed.files, rules.claims.files);
  const { refused } = listed;
  const hashes = new Map(rules.claims.files.map(({ path, sha256 }) => [path, sha256]));
  const each = async (
    look: (file: FoundFile, onTime: (sec: number) => void) => Promise<MediaScan>,
  ): Promise<Located[]> => {
    const found: (Located | null)[] = files.map(() => null);
    let done = 0;
    const tell = (detail?: string): void =>
      onProgress({ step, done, total: files.length, unit: 'files', ...(detail ? { detail } : {}) });
    tell();
    await forEachLimited(files, sharing(files.length).filesAtOnce, async (file, index) => {
      signal?.throwIfAborted();
      let toldSec = 0;
      const onTime = (sec: number): void => {
        if (sec < toldSec + TELL_EACH_SEC) return;
        toldSec = sec;
        tell(`${basename(file.path)}, ${clockTime(sec)}`);
        onFile({ path: file.path, state: 'reading', sec });
      };
      onFile({ path: file.path, state: 'reading', sec: null });
      try {
        const scan = await look(file, onTime);
        requireHash(scan, hashes.get(file.path) ?? null);
        found[index] = { scan, parts: file.parts };
        onFile({ path: file.path, state: 'done', sec: scan.durationSec });
      } catch (error) {
        if (hasCode(error, 'CANCELLED') || signal?.aborted) throw error;
        const { code, message } = toErrorData(error);
        if (code === 'DISK_FULL' || code === 'TOOL_MISSING') throw error;
        refused.push({ path: file.path, code, message });
        onFile({ path: file.path, state: 'refused', sec: null, code });
      }
      done += 1;
      tell(basename(file.path));
    });
    return found.filter((one) => one !== null);
  };
  const problems: ImportNote[] = rules.claims.problems.map(({ path, row, code, message }) => ({
    path: row === null ? path : `${path}:${row}`,
    severity: 'warning',
    code,
    message,
  }));
  const sorted = (): RefusedFile[] => refused.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { rules, files, each, problems, refused: sorted };
}

/** Found files and those that a list names. */
function withClaimed(files: readonly FoundFile[], claimed: readonly { path: string }[]): FoundFile[] {
  if (claimed.length === 0) return [...files];
  const all = new Map(files.map((file) => [file.path, file]));
  for (const { path } of claimed) if (!all.has(path)) all.set(path, { path, parts: [basename(path)] });
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function requireHash({ file, sha256 }: MediaScan, expected: string | null): void {
  if (expected === null || sha256 === '' || expected.toLowerCase() === sha256) return;
  throw refusal(
    'HASH_MISMATCH',
    `${file.name} differs from the one listed (expected ${expected.slice(0, 12)}..., found ${sha256.slice(0, 12)}...)`,
    'Get the listed file, or correct the list.',
  );
}

/** How many files at once, and with how many decoder threads each, so that every processor has work. */
export function sharing(fileCount: number): { filesAtOnce: number; threads: number } {
  const processors = Math.max(2, availableParallelism());
  const filesAtOnce = Math.max(1, Math.min(fileCount, processors, MOST_FILES_AT_ONCE));
  return { filesAtOnce, threads: Math.max(1, Math.floor(processors / filesAtOnce)) };
}

/** E.g. `12:05`: how far into the file. */
function clockTime(sec: number): string {
  const whole = Math.max(0, Math.floor(sec));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
