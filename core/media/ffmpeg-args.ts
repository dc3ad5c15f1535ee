/**
 * The one place that composes ffmpeg's argument lists. fluent-ffmpeg (archived) only puts them in order; nothing of it
 * runs a program. Inputs are absolute `file:` addresses, and both white lists hold (reliability.md, finding 8).
 */
import { resolve } from 'node:path';
import ffmpeg from 'fluent-ffmpeg';

/** Demuxers that a media file may need; playlists of other files are none of them. */
export const FORMATS_ALLOWED = [
  'mov',
  'mp4',
  'm4a',
  '3gp',
  '3g2',
  'mj2',
  'matroska',
  'webm',
  'avi',
  'mpegts',
  'mxf',
  'wav',
  'w64',
  'flac',
  'mp3',
  'aac',
  'ogg',
  'ac3',
  'eac3',
] as const;

/** What every reading of a stranger's file begins with. */
export const SAFE_INPUT_OPTIONS: readonly string[] = [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  FORMATS_ALLOWED.join(','),
];

/** The address of a file as ffmpeg takes it literally, whatever its name begins with. */
export function fileAddress(path: string): string {
  return `file:${resolve(path)}`;
}

const GLOBAL_OPTIONS = ['-nostdin', '-hide_banner', '-loglevel', 'error', ...SAFE_INPUT_OPTIONS];

/** Arguments that decode a file to several outputs at once. Labels of `filters` may be mapped. */
export function manyOutputsArgs(a: {
  path: string;
  /** Options before the input besides the safe ones. */
  input?: readonly string[];
  /** A filter graph that several outputs share; '' for none. No spaces. */
  filters: string;
  /** Where each output goes (`pipe:3`, or an address as `fileAddress` gives) and its options. No spaces in these. */
  outputs: readonly { target: string; options: readonly string[] }[];
}): string[] {
  const command = ffmpeg(fileAddress(a.path)).inputOptions([...GLOBAL_OPTIONS, ...(a.input ?? [])]);
  if (a.filters !== '') command.complexFilter(a.filters);
  for (const { target, options } of a.outputs) command.output(target).outputOptions([...options]);
  return (command as unknown as { _getArguments(): unknown[] })._getArguments().map(String);
}

/** Arguments that decode streams of a file to standard output. */
export function decodeArgs(a: {
  path: string;
  /** One stream, or several for outputs that can hold them. */
  streamIndex: number | readonly number[];
  /** Options before the output, e.g. `['-f', 'wav']`. */
  output: readonly string[];
  /** Options before the input besides the safe ones. */
  input?: readonly string[];
}): string[] {
  const command = ffmpeg(fileAddress(a.path))
    .inputOptions([...GLOBAL_OPTIONS, ...(a.input ?? [])])
    .outputOptions([...[a.streamIndex].flat().flatMap((index) => ['-map', `0:${index}`]), ...a.output])
    .output('pipe:1') as unknown as { _getArguments(): unknown[] };
  return command._getArguments().map(String);
}
