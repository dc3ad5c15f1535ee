/** Sets of keys by the programs that people come from. The key map itself follows LosslessCut (features.md 3). */
import type { KeyAction } from './key-map.ts';

/** Name of a preset. */
export type KeyPresetName = 'dubscope' | 'mpv';

/** What a preset changes of the key map. */
export const KEY_PRESETS: Record<
  KeyPresetName,
  { label: string; keys: Partial<Record<KeyAction, readonly string[]>> }
> = {
  dubscope: { label: 'Dubscope (as in LosslessCut)', keys: {} },
  mpv: {
    label: 'mpv',
    keys: {
      play: [' ', 'p'],
      flip: ['#'],
      slower: ['['],
      faster: [']'],
      'normal-speed': ['Backspace'],
      'earlier-10': ['Ctrl+-'],
      'later-10': ['Ctrl++'],
      'drop-offset': ['Ctrl+Backspace'],
      back: ['q', 'Escape'],
    },
  },
};
