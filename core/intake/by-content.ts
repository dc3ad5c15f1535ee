/** Files whose names put them nowhere: those that show the same picture, or share music and effects, belong together. */
import { type Fingerprint, matchFingerprints } from '../align/fingerprint.ts';
import { type LanguageTag, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import { languageIn } from '../domain/language-words.ts';
import { isSamePicture } from '../media/picture-print.ts';
import type { MediaScan } from '../media/scan.ts';
import type { ImportNote } from './note.ts';
import { withoutEnding } from './pattern.ts';
import { type Place, type PlaceRules, placesOf } from './place.ts';
import type { ImportPlan } from './plan.ts';
import { compare, hasVideo, type LocatedScan } from './shot-files.ts';

/** Opens the sound of a track for recognition. */
export type Listen = (scan: MediaScan, streamIndex: number) => Promise<Fingerprint>;

/** Places that content says, by path, and why. */
export type ContentPlaces = { places: Map<string, readonly Place[]>; notes: Map<string, ImportNote> };

/** As surely the same sound as where a dub of something else is recognised (core/checks/shares-nothing.ts). */
const MATCH_HEIGHT = 12;
const MATCH_RATIO = 1.5;
/** Sounds compared at most, so that a folder of thousands of strangers still ends. */
const MOST_COMPARISONS = 20_000;

/** A shot that others may join. */
type Anchor = {
  title: string;
  shot: string;
  scan: MediaScan;
  print: Uint8Array | null;
  streamIndex: number | null;
};

/**
 * Finds places for files that `plan` left over. Languages come from names and containers as ever: content does not
 * say them.
 * @throws what `listen` throws
 */
export async function placesByContent(
  placed: readonly LocatedScan[],
  plan: ImportPlan,
  rules: PlaceRules,
  listen: Listen,
): Promise<ContentPlaces> {
  const found: ContentPlaces = { places: new Map(), notes: new Map() };
  const loose = looseFiles(placed, plan);
  if (loose.length === 0 || rules.claims.files.length > 0) return found;
  const anchors = anchorsOf(placed, plan);
  for (const { scan, parts } of loose.filter((file) => hasVideo(file.scan))) {
    const print = printOfScan(scan);
    const like =
      print === null ? undefined : anchors.find((a) => a.print !== null && isSamePicture(a.print, print));
    const own = placesOf({ path: scan.file.path, parts }, rules)[0];
    const { title, shot } = like ?? own ?? { title: withoutEnding(scan.file.name), shot: '1' };
    found.places.set(scan.file.path, [placeIn(title, shot, scan, own)]);
    if (like !== undefined) found.notes.set(scan.file.path, noteOf(scan, like, 'its picture is that of'));
    else anchors.push({ title, shot, scan, print, streamIndex: firstSound(scan) });
  }
  await placeSounds(
    loose.filter((file) => !hasVideo(file.scan)),
    { anchors, rules, listen },
    found,
  );
  return found;
}

async function placeSounds(
  loose: readonly LocatedScan[],
  { anchors, rules, listen }: { anchors: readonly Anchor[]; rules: PlaceRules; listen: Listen },
  found: ContentPlaces,
): Promise<void> {
  const heard = anchors.filter(({ streamIndex }) => streamIndex !== null);
  const prints = new Map<Anchor, Fingerprint>();
  let budget = MOST_COMPARISONS;
  for (const { scan, parts } of loose) {
    const streamIndex = firstSound(scan);
    if (streamIndex === null || heard.length > budget) continue;
    budget -= heard.length;
    const own = await listen(scan, streamIndex);
    let best: { anchor: Anchor; height: number } | null = null;
    for (const anchor of heard) {
      const print = prints.get(anchor) ?? (await listen(anchor.scan, anchor.streamIndex!));
      prints.set(anchor, print);
      const { height, ratio } = matchFingerprints(own, print);
      if (height < MATCH_HEIGHT || ratio < MATCH_RATIO) continue;
      if (best === null || height > best.height) best = { anchor, height };
    }
    if (best === null) continue;
    const { anchor } = best;
    const said = placesOf({ path: scan.file.path, parts }, rules)[0];
    found.places.set(scan.file.path, [placeIn(anchor.title, anchor.shot, scan, said)]);
    found.notes.set(scan.file.path, noteOf(scan, anchor, 'it shares music and effects with'));
  }
}

function looseFiles(placed: readonly LocatedScan[], { titles }: ImportPlan): LocatedScan[] {
  const shots = titles.flatMap((title) => title.shots);
  const used = new Set(shots.flatMap((shot) => [shot.video.itemId, ...shot.tracks.map((k) => k.itemId)]));
  return placed
    .filter(({ itemId }) => !used.has(itemId))
    .sort((a, b) => compare(a.scan.file.path, b.scan.file.path));
}

function anchorsOf(placed: readonly LocatedScan[], { titles }: ImportPlan): Anchor[] {
  const byItem = new Map(placed.map(({ itemId, scan }) => [itemId, scan]));
  return titles.flatMap((title) =>
    title.shots.flatMap((shot) => {
      const picture = byItem.get(shot.video.itemId);
      const original = shot.tracks.find(({ role }) => role === 'original');
      const sound = original === undefined ? undefined : byItem.get(original.itemId);
      if (picture === undefined || sound === undefined) return [];
      const place = { title: title.name, shot: shot.name };
      return [{ ...place, scan: sound, print: printOfScan(picture), streamIndex: original!.streamIndex }];
    }),
  );
}

function placeIn(title: string, shot: string, scan: MediaScan, said: Place | undefined): Place {
  const language = said?.language ?? languageSaid(scan);
  return { title, shot, language, role: said?.role ?? null, streamIndex: null, sha256: null };
}

/** A language that the name of a file with one sound mentions, where its container does not say one. */
function languageSaid({ file, streams }: MediaScan): LanguageTag | null {
  const sounds = streams.filter(({ kind }) => kind === 'audio');
  if (sounds.length !== 1 || sounds[0]!.language !== UNKNOWN_LANGUAGE) return null;
  return languageIn(withoutEnding(file.name));
}

function firstSound({ streams }: MediaScan): number | null {
  return streams.find(({ kind }) => kind === 'audio')?.index ?? null;
}

function printOfScan({ streams }: MediaScan): Uint8Array | null {
  const print = streams.find(({ kind }) => kind === 'video')?.print;
  return print === undefined || print === '' ? null : Buffer.from(print, 'base64');
}

function noteOf({ file }: MediaScan, { title, shot, scan }: Anchor, why: string): ImportNote {
  return {
    path: file.path,
    severity: 'info',
    code: 'PLACED_BY_CONTENT',
    message: `${file.name} was put to "${title}", shot ${shot}: ${why} ${scan.file.name}. Its name does not say so; name it by a pattern or a manifest where this is wrong.`,
  };
}
