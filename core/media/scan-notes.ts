/** What import remarks about a file that it took in: everything that a person would not expect, with its number. */
import { type MediaNote, mediaNote, type NoteCode } from '../domain/media-note.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { HeardRecord } from './decode-once.ts';
import type { PlainFile } from './file-kind.ts';
import { needsProxy } from './proxy.ts';
import type { ScannedStream } from './scan.ts';

/** Transport streams start at 1.4 s by habit (our choice). */
const LATEST_USUAL_START_SEC = 2;
/** A container that promises this much more than there is lies, and by more than a subtitle left standing, s. */
const LYING_SEC = 10;
/** Below this, speech has lost its upper half (our choice). */
const LOWEST_USUAL_RATE_HZ = 16_000;
/** Dubs come with logos and tails of their own (our choice). */
const PAIR_LENGTH_SEC = 1;
const PAIR_OFFSET_SEC = 0.5;
/** Steps that may differ before a frame rate is called variable (our choice). */
const UNEVEN_SHARE = 0.05;
/** Longer than the longest films (our choice). */
const LONG_SEC = 4 * 3600;
/** A minute or more that decodes to this many times the file's size was made to be long (our choice). */
const LARGE_EXPANSION = 20_000;
const EXPANSION_LEAST_SEC = 60;

type Looked = { file: PlainFile; record: HeardRecord; streams: readonly ScannedStream[]; hasDamage: boolean };

/** All remarks; `hasDamage`: its length or its parts have been complained of already. */
export function scanNotes(looked: Looked): MediaNote[] {
  return [
    ...lengthNotes(looked),
    ...soundNotes(looked),
    ...pictureNotes(looked),
    ...pairNotes(looked),
    ...keepingNotes(looked),
  ];
}

function longestOf(streams: readonly ScannedStream[]): number {
  return Math.max(...streams.map((stream) => stream.durationSec));
}

function lengthNotes({ file, record, streams, hasDamage }: Looked): MediaNote[] {
  const { probe } = record;
  const notes: MediaNote[] = [];
  const say = (code: NoteCode, text: string): number => notes.push(noteOf(file, code, text));
  const longest = longestOf(streams);
  const { impossibleLengthSec, containerDurationSec, startSec = 0 } = probe;
  if (impossibleLengthSec !== undefined) {
    say(
      'AUDIO_LENGTH_LIES',
      `promises ${time(impossibleLengthSec)} in its header, as programs do that write into a pipe; ${time(longest)} were found. The real length was used. Save it again to correct the header.`,
    );
  } else if (probe.headerDurationSec === null) {
    say(
      'MEDIA_NO_DURATION',
      `does not say how long it is (a recording of something live). It was counted: ${time(longest)}. Nothing to do.`,
    );
  }
  if (containerDurationSec !== undefined && containerDurationSec > longest + LYING_SEC && !hasDamage) {
    say(
      'MEDIA_LENGTH_LIES',
      `promises ${time(containerDurationSec)} in its header; ${time(longest)} were found. ${time(longest)} were used. Write it anew (ffmpeg -i FILE -c copy OUT) to correct the header.`,
    );
  }
  if (startSec > LATEST_USUAL_START_SEC) {
    say('MEDIA_OFFSET', `starts at ${time(startSec)} on its own clock. It was shifted to 0. Nothing to do.`);
  }
  const expansion = decodedBytes(streams) / Math.max(1, file.sizeBytes);
  if (longest > LONG_SEC || (longest > EXPANSION_LEAST_SEC && expansion > LARGE_EXPANSION)) {
    say(
      'MEDIA_LONG',
      `is ${time(longest)} long in ${bytes(file.sizeBytes)}, ${bytes(decodedBytes(streams))} when decoded. It was imported; checks, proxies and training will take as long as for any title of that length. Leave it out if that is not meant.`,
    );
  }
  return notes;
}

function soundNotes({ file, record, streams }: Looked): MediaNote[] {
  const notes: MediaNote[] = [];
  const say = (code: NoteCode, text: string): number => notes.push(noteOf(file, code, text));
  const { rateChange } = record;
  if (rateChange !== undefined) {
    say(
      'MEDIA_RATE_CHANGE',
      `changes from ${rateChange.fromHz} Hz to ${rateChange.toHz} Hz at ${time(rateChange.atSec)}. It was imported, resampled to ${rateChange.fromHz} Hz. Listen around that place.`,
    );
  }
  for (const { index, kind, channels, sampleRateHz } of streams) {
    if (kind !== 'audio') continue;
    if (sampleRateHz < LOWEST_USUAL_RATE_HZ) {
      say(
        'AUDIO_LOW_RATE',
        `has only ${sampleRateHz} Hz in track ${index}: nothing above ${sampleRateHz / 2000} kHz. It was imported. Get a better copy if there is one.`,
      );
    }
    if (channels > 2) {
      say(
        'AUDIO_DOWNMIX',
        `has ${channels} channels in track ${index}. The mean of all of them is listened to and trained on. Nothing to do.`,
      );
    }
  }
  return notes;
}

function pictureNotes({ file, record, streams, hasDamage }: Looked): MediaNote[] {
  const notes: MediaNote[] = [];
  const say = (code: NoteCode, text: string): number => notes.push(noteOf(file, code, text));
  for (const { index, kind, picture, width, height } of streams) {
    if (kind !== 'video') continue;
    const uneven = record.videos.find(({ streamIndex }) => streamIndex === index)?.unevenShare ?? 0;
    if (uneven > UNEVEN_SHARE && !hasDamage) {
      say(
        'VIDEO_VFR',
        `has a variable frame rate (${Math.round(100 * uneven)} % of the steps differ). Frames are taken by their time stamps. Nothing to do.`,
      );
    }
    const { rotationDeg = 0, pixelAspect = 1, fieldOrder } = picture ?? {};
    if (rotationDeg !== 0) {
      const degrees = Math.abs(Math.round(rotationDeg));
      say('VIDEO_ROTATED', `is to be shown turned by ${degrees} degrees. It was turned. Nothing to do.`);
    }
    if (Math.abs(pixelAspect - 1) > 0.01) {
      say(
        'VIDEO_SAR',
        `has pixels that are not square (${width}x${height}, each ${pixelAspect.toFixed(2)} times as wide as high). Thumbnails and proxy show it as ${Math.round(width * pixelAspect)}x${height}. Nothing to do.`,
      );
    }
    if (fieldOrder !== undefined) {
      say(
        'DEINTERLACED',
        `is interlaced (${fieldOrder.startsWith('t') ? 'top' : 'bottom'} field first). Thumbnails and, where one is made, the proxy are deinterlaced. Nothing to do.`,
      );
    }
  }
  return notes;
}

/** Picture and sound of one file; sounds of their own are compared by the checks. */
function pairNotes({ file, record, streams, hasDamage }: Looked): MediaNote[] {
  const notes: MediaNote[] = [];
  const video = streams.find(({ kind }) => kind === 'video');
  if (video === undefined) return notes;
  const from = record.videos.find(({ streamIndex }) => streamIndex === video.index)?.firstSec ?? 0;
  for (const { index, kind, durationSec } of streams) {
    if (kind !== 'audio') continue;
    const start = record.tracks.find(({ streamIndex }) => streamIndex === index)?.startSec ?? 0;
    const late = start - from;
    if (Math.abs(late) > PAIR_OFFSET_SEC) {
      const how = late > 0 ? 'after' : 'before';
      const text = `has sound in track ${index} that starts ${Math.abs(late).toFixed(1)} s ${how} the picture. It was imported with that gap. Look whether it should be so.`;
      notes.push(noteOf(file, 'PAIR_OFFSET', text));
    }
    const longer = start + durationSec - video.durationSec;
    if (Math.abs(longer) > PAIR_LENGTH_SEC && !hasDamage) {
      const how = longer > 0 ? 'longer' : 'shorter';
      const text = `has sound in track ${index} that is ${Math.abs(longer).toFixed(1)} s ${how} than the picture. It was imported; clips end with the picture. Look whether both belong together.`;
      notes.push(noteOf(file, 'PAIR_LENGTH', text));
    }
  }
  return notes;
}

function keepingNotes({ file, record, streams }: Looked): MediaNote[] {
  const notes: MediaNote[] = [];
  for (const { index, wholeTitleLength, title } of streams) {
    if (wholeTitleLength === undefined) continue;
    const text = `has a name of ${wholeTitleLength} characters at track ${index}. The first ${title.length} were kept. Nothing to do.`;
    notes.push(noteOf(file, 'TAG_CUT', text));
  }
  if (record.proxy !== null && needsProxy(record.probe)) {
    const codecs = streams.map(({ codec, picture }) =>
      [codec, picture?.pixelFormat].filter(Boolean).join(' '),
    );
    const format = record.probe.formatName.split(',')[0];
    const text = `is ${[...new Set(codecs)].join(' and ')} in ${format}, which a browser may not play. A smaller copy was made in the project's cache and is played instead. Nothing to do.`;
    notes.push(noteOf(file, 'PROXY_MADE', text));
  }
  return notes;
}

function noteOf({ name }: PlainFile, code: NoteCode, text: string): MediaNote {
  return mediaNote(code, `${visibleText(name)} ${text}`);
}

/** 8-bit pictures with colours at half size, sound as 32-bit numbers. */
function decodedBytes(streams: readonly ScannedStream[]): number {
  const sizes = streams.map(
    ({ kind, decodedCount, width, height, channels }) =>
      decodedCount * (kind === 'video' ? 1.5 * width * height : 4 * channels),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** E.g. `3.0 s`, `10 min`, `12 h`, `49 days`. */
function time(sec: number): string {
  if (sec < 120) return `${sec.toFixed(1)} s`;
  if (sec < 2 * 3600) return `${Math.floor(sec / 60)} min`;
  if (sec < 2 * 86_400) return `${Math.floor(sec / 3600)} h`;
  return `${Math.floor(sec / 86_400)} days`;
}

/** E.g. `85 kB`, `1.1 GB`. */
function bytes(count: number): string {
  if (count < 1e6) return `${Math.ceil(count / 1e3)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}
