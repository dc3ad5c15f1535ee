/** The one key map: what `?` shows is what the keys do. */
import { onScopeDispose } from 'vue';

/** Where a key works. */
export type KeyScope = 'everywhere' | 'pairs';

/** One action that a key calls. */
export type KeyAction =
  | 'overview'
  | 'pairs'
  | 'runs'
  | 'jobs'
  | 'keys'
  | 'undo'
  | 'redo'
  | 'next'
  | 'previous'
  | 'page-down'
  | 'page-up'
  | 'first'
  | 'last'
  | 'accept'
  | 'reject'
  | 'needs-work'
  | 'search'
  | 'clear-filter';

/** A line of the map. Several keys may do the same. */
export type KeyLine = { action: KeyAction; keys: readonly string[]; scope: KeyScope; label: string };

/** Every key of the window. `Alt+`, `Shift+` and `Ctrl+` stand before the key's own name. */
export const KEY_MAP: readonly KeyLine[] = [
  { action: 'accept', keys: ['a'], scope: 'pairs', label: 'Accept the pair and go on' },
  { action: 'reject', keys: ['r'], scope: 'pairs', label: 'Reject the pair and go on' },
  { action: 'needs-work', keys: ['w'], scope: 'pairs', label: 'Mark as needing work and go on' },
  { action: 'next', keys: ['ArrowDown'], scope: 'pairs', label: 'Next pair' },
  { action: 'previous', keys: ['ArrowUp'], scope: 'pairs', label: 'Previous pair' },
  { action: 'page-down', keys: ['PageDown'], scope: 'pairs', label: 'A page down' },
  { action: 'page-up', keys: ['PageUp'], scope: 'pairs', label: 'A page up' },
  { action: 'first', keys: ['Home'], scope: 'pairs', label: 'First pair' },
  { action: 'last', keys: ['End'], scope: 'pairs', label: 'Last pair read so far' },
  { action: 'search', keys: ['/'], scope: 'pairs', label: 'Filter by name' },
  {
    action: 'clear-filter',
    keys: ['Escape'],
    scope: 'pairs',
    label: 'Leave the name filter, then clear all filters',
  },
  { action: 'undo', keys: ['u', 'Ctrl+z'], scope: 'everywhere', label: 'Undo the last change' },
  { action: 'redo', keys: ['Shift+U', 'Ctrl+Shift+Z'], scope: 'everywhere', label: 'Do it again' },
  { action: 'overview', keys: ['Alt+1'], scope: 'everywhere', label: 'Overview' },
  { action: 'pairs', keys: ['Alt+2'], scope: 'everywhere', label: 'Pairs' },
  { action: 'runs', keys: ['Alt+3'], scope: 'everywhere', label: 'Runs' },
  { action: 'jobs', keys: ['Alt+j'], scope: 'everywhere', label: 'Jobs' },
  { action: 'keys', keys: ['?'], scope: 'everywhere', label: 'This list' },
];

/** What actions do at one place. */
export type KeyHandlers = Partial<Record<KeyAction, () => void>>;

/** Listens to the keys of a scope until the component goes. Typing in a field and open dialogs are left alone. */
export function useKeys(scope: KeyScope, handlers: KeyHandlers): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isBusyElsewhere(event)) return;
    const name = keyName(event);
    const line = KEY_MAP.find((candidate) => candidate.scope === scope && candidate.keys.includes(name));
    const handler = line === undefined ? undefined : handlers[line.action];
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  };
  window.addEventListener('keydown', onKeyDown);
  onScopeDispose(() => window.removeEventListener('keydown', onKeyDown));
}

/** A key event's name as the map spells it. */
export function keyName({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string {
  const isLetter = /^\p{L}$/u.test(key);
  const parts = [
    altKey ? 'Alt+' : '',
    ctrlKey || metaKey ? 'Ctrl+' : '',
    // A shifted sign such as `?` is its own key; only letters and named keys need the word.
    shiftKey && (isLetter || key.length > 1) ? 'Shift+' : '',
  ];
  return parts.join('') + key;
}

/** Fields take their own keys, open dialogs and menus theirs; a focused button keeps its arrows free for the list. */
function isBusyElsewhere({ target }: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"][data-state="open"]') !== null) return true;
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** A key's name on a keycap. */
export function keyCap(name: string): string {
  return name
    .replace('ArrowDown', '↓')
    .replace('ArrowUp', '↑')
    .replace('PageDown', 'Page ↓')
    .replace('PageUp', 'Page ↑')
    .replace('Escape', 'Esc')
    .replace(/^([a-z])$/, (letter) => letter.toUpperCase())
    .replace(/\+([a-z])$/, (_, letter: string) => `+${letter.toUpperCase()}`);
}
