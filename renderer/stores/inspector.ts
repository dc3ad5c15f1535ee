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
import { SoundPlayer } from '../lib/player/sound-player.ts';
import type { LoopRange } from '../lib/player/timeline.ts';
import { useNotices } from './notices.ts';

/** Speeds that J and L go through. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

export const useInspector = defineStore('inspector', () => {
  const client = useClient();
  const notices = useNotices();
  const shot = shallowRef<ShotInspection | null>(null);
  const pair = shallowRef<Pair | null>(null);
  const heardId = ref<string | null>(null);
  const isPlaying = ref(false);
  const isMatched = ref(true);
  const isLooping = ref(false);
  const rate = ref(1);
  /** Offsets that are tried out, ms, by language; not kept yet. */
  const tried = shallowRef<Readonly<Record<string, number>>>({});
  const begin = createLatest();
  /** The dub that was heard last, for flipping between it and the original. */
  let lastDubId: string | null = null;

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

  const heard = computed(() => shot.value?.tracks.find(({ id }) => id === heardId.value) ?? null);
  const original = computed(() => shot.value?.tracks.find(({ role }) => role === 'original') ?? null);

  /** The pair's own dub. */
  const lookedAt = computed(
    () =>
      shot.value?.tracks.find(
        ({ language, role }) => language === pair.value?.language && role !== 'original',
      ) ?? null,
  );
  /** The dub that steps in time move: the one that is heard; the pair's own while the original is. */
  const timed = computed(() => (heard.value?.role === 'original' ? lookedAt.value : heard.value));

  /** Opens the shot of a pair and its dub; the clip is the range that loops. Null closes. */
  async function open(next: Pair | null): Promise<void> {
    const isLatest = begin();
    const isSameShot = next !== null && next.shotId === shot.value?.shotId;
    const isSameClip = isSameShot && next.clipId === pair.value?.clipId;
    const isSamePair = next !== null && next.id === pair.value?.id;
    pair.value = next;
    tried.value = {};
    if (next === null) {
      player.pause();
      shot.value = null;
      return;
    }
    const found = await notices.attempt(() => client.call('shot/inspect', { shotId: next.shotId }));
    if (!isLatest() || found === null) return;
    shot.value = found;
    if (!isSameShot) {
      isLooping.value = false;
      player.open(playable(found), found.durationSec);
    }
    if (!isSameClip) player.seek(next.timeWindow.startSec);
    for (const track of found.tracks) player.setOffset(track.id, offsetMsOf(track));
    const dub = found.tracks.find((track) => track.language === next.language && track.role !== 'original');
    // Another dub of the shot is heard when it is chosen; else what was heard goes on, also after a change to it.
    const stays = isSameShot && (isSamePair || heard.value?.role === 'original');
    if (!stays || heard.value === null) hear(dub?.id ?? found.tracks[0]?.id ?? '');
    if (isSameShot && isLooping.value) player.setLoop(next.timeWindow);
  }

  /** Reads the shot again, after something was changed. */
  async function refresh(): Promise<void> {
    if (pair.value !== null) await open(pair.value);
  }

  /** The offset that is tried out, else the one that holds; 0 where none is known. */
  function offsetMsOf(track: InspectedTrack): number {
    if (track.role === 'original') return 0;
    return tried.value[track.language] ?? track.offsetMs ?? 0;
  }

  function playable(found: ShotInspection) {
    return found.tracks.map((track) => ({
      id: track.id,
      offsetMs: offsetMsOf(track),
      gainDb: track.matchGainDb,
    }));
  }

  function hear(trackId: string): void {
    const track = shot.value?.tracks.find(({ id }) => id === trackId);
    if (track === undefined) return;
    heardId.value = track.id;
    if (track.role !== 'original') lastDubId = track.id;
    player.hear(track.id);
  }

  /** 0 is the original, 1 the first dub, and so on. */
  function hearNumber(number: number): void {
    const track = shot.value?.tracks[number];
    if (track !== undefined) hear(track.id);
  }

  /** From the original to the dub heard last, and back. */
  function flip(): void {
    const isOriginal = heard.value?.role === 'original';
    const dub = shot.value?.tracks.find(({ id }) => id === lastDubId) ?? shot.value?.tracks[1];
    const to = isOriginal ? dub : original.value;
    if (to) hear(to.id);
  }

  async function toggle(): Promise<void> {
    if (player.isPlaying) {
      player.pause();
      return;
    }
    const { timeWindow } = pair.value ?? {};
    if (isLooping.value && timeWindow !== undefined) player.setLoop(timeWindow);
    await player.play();
  }

  function toggleLoop(): void {
    isLooping.value = !isLooping.value;
    const range: LoopRange | null = isLooping.value ? (pair.value?.timeWindow ?? null) : null;
    player.setLoop(range);
    if (range !== null && !player.isPlaying) player.seek(range.startSec);
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
    for (const track of shot.value?.tracks ?? []) {
      if (track.language === language && track.role !== 'original') player.setOffset(track.id, rounded);
    }
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
    for (const track of shot.value?.tracks ?? []) player.setOffset(track.id, offsetMsOf(track));
  }

  return {
    shot,
    pair,
    heard,
    heardId,
    original,
    isPlaying,
    isMatched,
    isLooping,
    rate,
    tried,
    player,
    open,
    refresh,
    hear,
    hearNumber,
    flip,
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
