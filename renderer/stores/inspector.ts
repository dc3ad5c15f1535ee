/** The shot under the ear: its tracks, what is heard, where, and changes of a language's offset before they are kept. */
import { defineStore } from 'pinia';
import { computed, markRaw, ref, shallowRef } from 'vue';
import type { InspectedTrack, ShotInspection } from '../../core/domain/inspection.ts';
import type { TrackRole } from '../../core/domain/media.ts';
import type { Pair } from '../../core/domain/title.ts';
import type { TrackScope } from '../../core/domain/track-edit.ts';
import { useClient } from '../client.ts';
import { createLatest } from '../lib/latest.ts';
import { mediaUrl } from '../lib/media-url.ts';
import { useHearing } from '../lib/player/hearing.ts';
import { useLoopRange } from '../lib/player/loop-range.ts';
import { SoundPlayer } from '../lib/player/sound-player.ts';
import { useNotices } from './notices.ts';

/** Speeds that J and L go through. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

export const useInspector = defineStore('inspector', () => {
  const client = useClient();
  const notices = useNotices();
  const shot = shallowRef<ShotInspection | null>(null);
  const pair = shallowRef<Pair | null>(null);
  /** Whether the picture of the fit is open; it stays so from pair to pair. */
  const curveShown = ref(false);
  /** Whether the pictures behind findings are open. */
  const picturesShown = ref(false);
  /** Whether the lanes show spectrograms instead of waveforms. */
  const isSpectral = ref(false);
  const isPlaying = ref(false);
  const isMatched = ref(true);
  const rate = ref(1);
  /** Offsets that are tried out, ms, by language; not kept yet. */
  const tried = shallowRef<Readonly<Record<string, number>>>({});
  /** Whether it is heard as it was before what is tried. */
  const isBefore = ref(false);
  const begin = createLatest();

  const player = markRaw(
    new SoundPlayer(
      async (trackId, from, to, signal) => {
        const response = await fetch(mediaUrl('sound', trackId, { from, to }), { signal });
        if (!response.ok) throw new Error(`No sound: ${response.status}`);
        return response.arrayBuffer();
      },
      () => {
        isPlaying.value = player.isPlaying;
      },
    ),
  );

  const tracks = computed(() => shot.value?.tracks ?? []);
  /** The pair's own dub. */
  const lookedAt = computed(
    () =>
      tracks.value.find(({ language, role }) => language === pair.value?.language && role !== 'original') ??
      null,
  );
  const hearing = useHearing(
    tracks,
    computed(() => lookedAt.value?.id ?? null),
    (ids) => player.hear(ids),
  );
  /** The track that was chosen last, the newest of them where several are heard. */
  const heard = computed(() => tracks.value.find(({ id }) => id === hearing.mainId.value) ?? null);
  /** Everything that is heard, in the order of the lanes. */
  const heardTracks = computed(() => tracks.value.filter(({ id }) => hearing.heardIds.value.includes(id)));
  /** The dub that steps in time move: the one that is heard; the pair's own while only the original is. */
  const timed = computed(() => {
    const isHeardDub = ({ id, role }: InspectedTrack): boolean => role !== 'original' && hearing.isAlong(id);
    if (heard.value?.role !== 'original') return heard.value;
    return tracks.value.find(isHeardDub) ?? lookedAt.value;
  });
  const loop = useLoopRange(
    computed(() => pair.value?.timeWindow ?? null),
    computed(() => shot.value?.durationSec ?? 0),
    (range) => player.setLoop(range),
  );

  /** Opens the shot of a pair and its dub; the clip is the range that loops. Null closes. */
  async function open(next: Pair | null): Promise<void> {
    const isLatest = begin();
    const isSameShot = next !== null && next.shotId === shot.value?.shotId;
    const isSameClip = isSameShot && next.clipId === pair.value?.clipId;
    const isSamePair = next !== null && next.id === pair.value?.id;
    pair.value = next;
    tried.value = {};
    isBefore.value = false;
    if (next === null) {
      player.pause();
      shot.value = null;
      return;
    }
    const found = await notices.attempt(() => client.call('shot/inspect', { shotId: next.shotId }));
    if (!isLatest() || found === null) return;
    shot.value = found;
    if (!isSameShot) player.open(playable(found), found.durationSec);
    // A marked range stays while pairs of its clip are open.
    if (!isSameClip) {
      player.seek(next.timeWindow.startSec);
      loop.marked.value = null;
      loop.set(isSameShot && loop.isLooping.value);
    }
    hearAsHeld();
    // Another dub of the shot is heard when it is chosen; else what was heard goes on, also after a change to it.
    const stays = isSameShot && (isSamePair || heard.value?.role === 'original');
    if (stays) hearing.keepKnown();
    else hearing.begin(lookedAt.value?.id ?? found.tracks[0]?.id ?? null);
  }

  /** Reads the shot again, after something was changed. */
  async function refresh(): Promise<void> {
    if (pair.value !== null) await open(pair.value);
  }

  /** The offset that is tried out, else the one that holds; 0 where none is known. */
  function offsetMsOf(track: InspectedTrack): number {
    return track.role === 'original' ? 0 : (tried.value[track.language] ?? heldMsOf(track));
  }

  /** The offset that holds, whatever is tried; 0 where none is known. */
  function heldMsOf({ role, offsetMs }: InspectedTrack): number {
    return role === 'original' ? 0 : (offsetMs ?? 0);
  }

  function playable(found: ShotInspection) {
    return found.tracks.map((track) => ({
      id: track.id,
      offsetMs: offsetMsOf(track),
      gainDb: track.matchGainDb,
    }));
  }

  /** Lets all tracks sound where they are now taken to sit. */
  function hearAsHeld(): void {
    for (const track of tracks.value)
      player.setOffset(track.id, isBefore.value ? heldMsOf(track) : offsetMsOf(track));
  }

  /** The track with a digit: 0 is the original, 1 the first dub, and so on. */
  function withNumber(number: number, act: (trackId: string) => void): void {
    const track = tracks.value[number];
    if (track !== undefined) act(track.id);
  }

  async function toggle(): Promise<void> {
    if (player.isPlaying) {
      player.pause();
      return;
    }
    const range = loop.isLooping.value ? loop.looped.value : null;
    const isBehind = range !== null && player.positionSec > range.endSec - 0.01;
    await player.play(isBehind ? range.startSec : player.positionSec);
  }

  function toggleLoop(): void {
    loop.set(!loop.isLooping.value);
    const range = loop.looped.value;
    if (loop.isLooping.value && range !== null && !player.isPlaying) player.seek(range.startSec);
  }

  /** Opens all that shows why, the fit and what is behind the findings; closes it where any of it is open. */
  function togglePictures(): void {
    const shown = !(curveShown.value || picturesShown.value);
    curveShown.value = shown;
    picturesShown.value = shown;
  }

  function toggleMatched(): void {
    isMatched.value = !isMatched.value;
    player.setMatched(isMatched.value);
  }

  function seekBy(sec: number): void {
    player.seek(player.positionSec + sec);
  }

  /** One speed up or down; 0 goes back to normal. */
  function changeRate(by: number): void {
    const at = by === 0 ? RATES.indexOf(1) : RATES.indexOf(rate.value) + by;
    rate.value = RATES[Math.max(0, Math.min(RATES.length - 1, at))]!;
    player.setRate(rate.value);
  }

  /** Hears a language at another offset; nothing is kept until `keepOffset`. */
  function tryOffset(language: string, offsetMs: number): void {
    const rounded = Math.round(offsetMs * 10) / 10;
    tried.value = { ...tried.value, [language]: rounded };
    isBefore.value = false;
    hearAsHeld();
  }

  /** Between how it sounds with what is tried and how it sounded before; nothing is dropped. */
  function flipBefore(): void {
    if (Object.keys(tried.value).length === 0) return;
    isBefore.value = !isBefore.value;
    hearAsHeld();
  }

  /** Moves the dub that is heard (or looked at) by so many ms; positive: its sound is taken to be later. */
  function nudge(ms: number): void {
    const track = timed.value;
    if (track !== null) tryOffset(track.language, offsetMsOf(track) + ms);
  }

  /** Keeps what was tried for a language, in the whole title: one step that can be undone. */
  async function keepOffset(language: string): Promise<void> {
    const offsetMs = tried.value[language];
    if (shot.value === null || offsetMs === undefined) return;
    const { titleId } = shot.value;
    const kept = await notices.attempt(() => client.call('alignment/set', { titleId, language, offsetMs }));
    if (kept === null) return;
    dropOffset(language);
    await refresh();
  }

  /** Says what a track is, and has its title checked again. @returns whether that was taken. */
  async function editTrack(
    { id: trackId, language, role }: InspectedTrack,
    a: { language: string; swap: boolean; role: TrackRole; scope: TrackScope },
  ): Promise<boolean> {
    const titleId = shot.value?.titleId;
    if (titleId === undefined) return false;
    const { scope, swap } = a;
    const done = await notices.attempt(async () => {
      let changed = 0;
      if (a.language !== language)
        ({ changed } = await client.call('track/relabel', { trackId, language: a.language, scope, swap }));
      if (a.role !== role)
        changed += (await client.call('track/set-role', { trackId, role: a.role, scope })).changed;
      if (changed > 0) await client.call('check/start', { titleIds: [titleId] });
      return changed;
    });
    if (done === null) return false;
    await refresh();
    return true;
  }

  /** Goes back to the measured offset of a language. */
  async function useMeasured(language: string): Promise<void> {
    if (shot.value === null) return;
    const { titleId } = shot.value;
    dropOffset(language);
    await notices.attempt(() => client.call('alignment/set', { titleId, language, offsetMs: null }));
    await refresh();
  }

  /** Forgets what was tried. */
  function dropOffset(language: string): void {
    const { [language]: _dropped, ...others } = tried.value;
    tried.value = others;
    isBefore.value = false;
    hearAsHeld();
  }

  return {
    shot,
    pair,
    curveShown,
    picturesShown,
    isSpectral,
    togglePictures,
    heard,
    heardTracks,
    isPlaying,
    isMatched,
    isBefore,
    rate,
    tried,
    player,
    open,
    refresh,
    hearing,
    withNumber,
    loop,
    flipBefore,
    toggle,
    toggleLoop,
    toggleMatched,
    seekBy,
    changeRate,
    offsetMsOf,
    tryOffset,
    nudge,
    keepOffset,
    editTrack,
    useMeasured,
    dropOffset,
    lookedAt,
    timed,
  };
});
