/** What a data set's own list says of one clip. */
import type { TimeWindow } from '../../domain/time.ts';
import type { Split } from '../../domain/title.ts';

/** One listed clip. */
export type ListEntry = {
  /** Names that its file may have, without ending, the likeliest first. */
  names: readonly string[];
  /** What it was cut from: clips of one source never lie in both splits. */
  title: string;
  shot: string;
  /** E.g. `class:archery`. */
  labels: readonly string[];
  /** Null: the list does not say. */
  split: Split | null;
  /** Names under which the file is the whole source, of which only `window` is meant. */
  whole?: { names: readonly string[]; window: TimeWindow };
};

/** A data set that is known by its lists. */
export type DatasetList = {
  kind: string;
  /** What its lists are called, for people. */
  files: string;
  /** Whether these are its lists: names of the text files of a folder, and their paths. */
  isThis: (names: readonly string[], paths: readonly string[]) => boolean;
  /** Goes through the lists. `files`: every list file of the folder, absolute. */
  entries: (files: readonly string[]) => AsyncGenerator<ListEntry>;
};
