/** The stretch of time that the waveforms show, shared by all of them. */
import { computed, type Ref, ref, watch } from 'vue';
import type { TimeWindow } from '../../core/domain/time.ts';

/** Shortest stretch that is shown, s: 2 ms a hundred pixels. */
const SHORTEST_SEC = 0.02;

/** Quiet sound can be drawn so much taller. */
const MOST_HEIGHT = 50;

/** From a shot's length to a stretch that can be zoomed and moved. */
export function useTimeAxis(durationSec: Ref<number>) {
  const startSec = ref(0);
  const lengthSec = ref(1);
  const endSec = computed(() => startSec.value + lengthSec.value);
  /** How much taller waveforms are drawn than fits. */
  const height = ref(1);
  /** Whether what is shown goes along with the sound. */
  const isFollowing = ref(true);
  /** A person looks elsewhere while it plays: it is followed again once it comes into sight. */
  let isAway = false;

  function set(start: number, length: number): void {
    const most = Math.max(SHORTEST_SEC, durationSec.value);
    lengthSec.value = Math.max(SHORTEST_SEC, Math.min(most, length));
    startSec.value = Math.max(0, Math.min(most - lengthSec.value, start));
  }

  /** Shows more (over 1) or less around a place, which stays where it is. */
  function zoom(factor: number, aroundSec: number): void {
    const share = (aroundSec - startSec.value) / lengthSec.value;
    const length = Math.max(SHORTEST_SEC, Math.min(durationSec.value, lengthSec.value * factor));
    set(aroundSec - share * length, length);
  }

  /** Draws waveforms taller (over 1) or lower. */
  function grow(factor: number): void {
    height.value = Math.max(0.2, Math.min(MOST_HEIGHT, height.value * factor));
  }

  /** Moves by a part of what is shown. */
  function scroll(byShare: number): void {
    isAway = true;
    set(startSec.value + byShare * lengthSec.value, lengthSec.value);
  }

  /** Shows a window with some room around it. */
  function show({ startSec: from, endSec: to }: TimeWindow, room = 0.15): void {
    const length = to - from;
    set(from - room * length, length * (1 + 2 * room));
  }

  /** Shows everything. */
  function fit(): void {
    height.value = 1;
    set(0, durationSec.value);
  }

  /** Moves so that the sound's place is in sight, where it is not. `isMoved`: it was put there just now. */
  function follow(sec: number, isMoved: boolean): void {
    const isSeen = sec >= startSec.value && sec <= endSec.value;
    if (isSeen || isMoved) isAway = false;
    if (!isSeen && !isAway && isFollowing.value) set(sec - 0.1 * lengthSec.value, lengthSec.value);
  }

  watch(durationSec, (now) => set(0, now), { immediate: true });
  return {
    startSec,
    endSec,
    lengthSec,
    durationSec,
    height,
    isFollowing,
    set,
    zoom,
    grow,
    scroll,
    show,
    fit,
    follow,
  };
}

/** What `useTimeAxis` gives. */
export type TimeAxis = ReturnType<typeof useTimeAxis>;

/** Steps between ticks of a ruler, s. */
const TICKS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800];

/** Places of ticks so that there is room for about `most` of them, and their step, s. */
export function ticksOf(
  startSec: number,
  endSec: number,
  most: number,
): { stepSec: number; atSec: number[] } {
  const stepSec = TICKS.find((step) => (endSec - startSec) / step <= most) ?? TICKS.at(-1)!;
  const atSec: number[] = [];
  for (let i = Math.ceil(startSec / stepSec); i * stepSec <= endSec; i += 1) atSec.push(i * stepSec);
  return { stepSec, atSec };
}

/** A place on the ruler, as fine as its steps: "0:03", "0:03.25", "0:03.254". */
export function tickText(sec: number, stepSec: number): string {
  const digits = stepSec >= 1 ? 0 : stepSec >= 0.1 ? 1 : stepSec >= 0.01 ? 2 : 3;
  const minutes = Math.floor(sec / 60 + 1e-9);
  const rest = Math.max(0, sec - 60 * minutes).toFixed(digits);
  return `${minutes}:${rest.padStart(digits === 0 ? 2 : 3 + digits, '0')}`;
}
