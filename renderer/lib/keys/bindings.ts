/** Which keys hold: a preset's, over them what a person chose; kept in the browser's or the window's own storage. */
import { computed, reactive, watch } from 'vue';
import type { KeyAction, KeyLine } from './key-map.ts';
import { KEY_PRESETS, type KeyPresetName } from './presets.ts';

type Kept = { preset: KeyPresetName; edits: Partial<Record<KeyAction, string[]>> };

const STORAGE_KEY = 'dubscope.keys';
const kept = reactive<Kept>(read());

watch(kept, () => localStorage.setItem(STORAGE_KEY, JSON.stringify(kept)), { deep: true });

function read(): Kept {
  const nothing: Kept = { preset: 'dubscope', edits: {} };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return nothing;
    const { preset, edits } = stored as Partial<Kept>;
    const known = preset !== undefined && Object.hasOwn(KEY_PRESETS, preset) ? preset : 'dubscope';
    const lists = Object.entries(edits ?? {}).filter(
      ([, keys]) => Array.isArray(keys) && keys.every((key) => typeof key === 'string'),
    );
    return { preset: known, edits: Object.fromEntries(lists) as Kept['edits'] };
  } catch {
    return nothing;
  }
}

/** The keys of an action as they hold now. */
export function keysOf({ action, keys }: Pick<KeyLine, 'action' | 'keys'>): readonly string[] {
  return kept.edits[action] ?? KEY_PRESETS[kept.preset].keys[action] ?? keys;
}

/** Lines that hear the same key at the same place as `line`, with the key. */
export function conflictsOf(line: KeyLine, map: readonly KeyLine[]): { line: KeyLine; key: string }[] {
  const own = keysOf(line);
  return map.flatMap((other) => {
    if (other.action === line.action) return [];
    const meets = other.scope === line.scope || other.scope === 'everywhere' || line.scope === 'everywhere';
    const key = meets ? keysOf(other).find((one) => own.includes(one)) : undefined;
    return key === undefined ? [] : [{ line: other, key }];
  });
}

/** The preset, what was changed over it, and how to change it. */
export function useBindings() {
  return {
    preset: computed({
      get: () => kept.preset,
      set: (name: KeyPresetName) => {
        kept.preset = name;
      },
    }),
    isChanged: (action: KeyAction): boolean => kept.edits[action] !== undefined,
    changes: computed(() => Object.keys(kept.edits).length),
    set: (action: KeyAction, keys: string[]): void => {
      kept.edits[action] = keys;
    },
    reset: (action: KeyAction): void => {
      delete kept.edits[action];
    },
    resetAll: (): void => {
      kept.edits = {};
    },
  };
}
