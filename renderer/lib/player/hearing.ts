/** Which tracks of a shot are heard: one alone, several together, some of those mute; and the way back to the last sound. */
import { computed, type Ref, shallowRef } from 'vue';
import type { InspectedTrack } from '../../../core/domain/inspection.ts';

/** Tracks that were chosen, the newest last, and those of them that are mute. */
type Sound = { chosen: readonly string[]; muted: readonly string[] };

/**
 * @param tracks the shot's, in the order of their digits
 * @param ownDubId the dub that is looked at: what the first flip from the original leads to
 * @param onChange told which tracks are to be heard now
 */
export function useHearing(
  tracks: Ref<readonly InspectedTrack[]>,
  ownDubId: Ref<string | null>,
  onChange: (heardIds: readonly string[]) => void,
) {
  const sound = shallowRef<Sound>({ chosen: [], muted: [] });
  let last: Sound | null = null;
  const isKnown = (id: string): boolean => tracks.value.some((track) => track.id === id);
  const heardIds = computed(() => sound.value.chosen.filter((id) => !sound.value.muted.includes(id)));
  /** The one that was chosen last: words and steps in time are about it. */
  const mainId = computed(() => sound.value.chosen[sound.value.chosen.length - 1] ?? null);

  function become(next: Sound, isRemembered = true): void {
    if (isRemembered && heardIds.value.length > 0) last = sound.value;
    sound.value = next;
    onChange(heardIds.value);
  }

  /** Hears a track alone. */
  function hear(id: string): void {
    if (!isKnown(id)) return;
    const isSame = heardIds.value.length === 1 && heardIds.value[0] === id;
    become({ chosen: [id], muted: [] }, !isSame);
  }

  /** Hears a track together with the others, or no longer; the last one stays. */
  function hearAlong(id: string): void {
    if (!isKnown(id)) return;
    const { chosen, muted } = sound.value;
    const others = chosen.filter((one) => one !== id);
    if (!chosen.includes(id)) become({ chosen: [...chosen, id], muted });
    else if (others.length > 0) become({ chosen: others, muted: muted.filter((one) => one !== id) });
  }

  /** Silences one of those that are heard, or lets it be heard again. */
  function mute(id: string): void {
    const { chosen, muted } = sound.value;
    if (!chosen.includes(id)) return;
    const others = muted.filter((one) => one !== id);
    become({ chosen, muted: others.length < muted.length ? others : [...muted, id] });
  }

  /** Back to what was heard before, and again back; from the beginning, between the original and the dub. */
  function flip(): void {
    const original = tracks.value.find(({ role }) => role === 'original');
    const other = mainId.value === original?.id ? ownDubId.value : original?.id;
    const to = last ?? (other ? { chosen: [other], muted: [] } : null);
    if (to !== null) become(to);
  }

  /** Begins anew with a track, in another shot or with another pair. */
  function begin(id: string | null): void {
    last = null;
    become({ chosen: id === null ? [] : [id], muted: [] }, false);
  }

  /** Drops what is no longer there, after the shot was read again. */
  function keepKnown(): void {
    if (last?.chosen.every(isKnown) === false) last = null;
    if (!sound.value.chosen.every(isKnown)) begin(ownDubId.value);
  }

  const isAlong = (id: string): boolean => sound.value.chosen.includes(id);
  const isMuted = (id: string): boolean => sound.value.muted.includes(id);
  return { heardIds, mainId, isAlong, isMuted, hear, hearAlong, mute, flip, begin, keepKnown };
}
