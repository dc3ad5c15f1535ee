/** What `dubscope doctor` finds out: facts first, and what to do about them. */
import type { EngineName } from '../engine/engine.ts';
import type { MediaToolsOrigin } from '../process/media-tools.ts';

/** The machine and what Dubscope runs on. */
export type MachineFacts = {
  node: { version: string; path: string };
  /** e.g. `linux x64 6.1.0`. */
  system: string;
  processor: string;
  cores: number;
  memoryBytes: number;
  freeMemoryBytes: number;
  gpu: { seen: boolean; names: string[] };
};

/** The two media programs; versions null when one does not start. */
export type MediaToolsFacts = {
  ffmpegPath: string | null;
  ffmpegVersion: string | null;
  ffprobePath: string | null;
  ffprobeVersion: string | null;
  origin: MediaToolsOrigin | null;
  problem: string | null;
};

/** One engine, as loaded in a process of its own. */
export type EngineFacts = {
  name: EngineName;
  /** Null when it could not be loaded; `problem` says why. */
  loaded: {
    version: string;
    device: 'cpu' | 'gpu';
    threads: number;
    gflops: number;
    matrixSize: number;
  } | null;
  problem: string | null;
};

/** The engine's files in the cache, read and compared with their hashes. */
export type EngineFilesFacts = {
  folder: string | null;
  state: 'whole' | 'damaged' | 'not installed';
  /** Files that are missing or differ. */
  damaged: string[];
};

/** The set-up of this checkout; null outside a checkout. */
export type CheckoutFacts = {
  folder: string;
  /** Whether `node_modules` is what `package-lock.json` says; null when it was not installed by the set-up. */
  packagesCurrent: boolean | null;
};

/** Everything. */
export type DoctorReport = {
  machine: MachineFacts;
  sqlite: { version: string | null; problem: string | null };
  media: MediaToolsFacts;
  engines: EngineFacts[];
  /** The engine that commands will use, and why; null when none loads. */
  used: { name: EngineName; why: string } | null;
  engineFiles: EngineFilesFacts;
  cache: { folder: string; bytes: number; freeBytes: number | null };
  checkout: CheckoutFacts | null;
  /** What is wrong and what to do about it, one sentence each; empty when all is well. */
  problems: string[];
};
