/** What a pressed key calls: the lines of the key map (keys/key-map.ts), as they are bound here and now. */
import { onScopeDispose } from 'vue';
import { activeHandlers } from './keys/active.ts';
import { keysOf } from './keys/bindings.ts';
import { KEY_MAP, type KeyAction, type KeyLine, type KeyScope } from './keys/key-map.ts';

/** What actions do at one place. */
export type KeyHandlers = Partial<Record<KeyAction, () => void>>;

/** Listens to the keys of a scope until the component goes. Typing in a field and open dialogs are left alone. */
export function useKeys(scope: KeyScope, handlers: KeyHandlers): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    // Several places of a page may listen: a key that is not theirs is left to the others.
    const lineOf = (name: string | null): KeyLine | undefined =>
      KEY_MAP.find((one) => one.scope === scope && name !== null && keysOf(one).includes(name));
    // With Alt the sign is not asked: where digits are shifted, Alt+Shift+1 would be taken for Alt+1.
    const digit = digitName(event);
    const line = lineOf(digit) ?? (digit !== null && event.altKey ? undefined : lineOf(keyName(event)));
    if (line === undefined || isBusyElsewhere(event, line)) return;
    const handler = handlers[line.action];
    if (handler === undefined) return;
    event.preventDefault();
    handler();
  };
  const active = { scope, handlers };
  activeHandlers.add(active);
  window.addEventListener('keydown', onKeyDown);
  onScopeDispose(() => {
    activeHandlers.delete(active);
    window.removeEventListener('keydown', onKeyDown);
  });
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

/** A key of the row of digits by its place: which signs are printed there differs from country to country. */
function digitName({ code, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string | null {
  const [, digit] = /^Digit([0-9])$/.exec(code) ?? [];
  if (digit === undefined || ctrlKey || metaKey) return null;
  return `${altKey ? 'Alt+' : ''}${shiftKey ? 'Shift+' : ''}${digit}`;
}

/** The name a key is remembered by when a person chooses it. */
export function pressedName(event: KeyboardEvent): string {
  return digitName(event) ?? keyName(event);
}

const OPEN_OVERLAYS = ['dialog', 'alertdialog', 'menu']
  .map((role) => `[role="${role}"][data-state="open"]`)
  .join();

const PRESSABLE = 'button, a, summary, [role="button"], [role="tab"], [role="switch"]';
/** Without it every button counts as come to by keyboard. */
const TELLS_FOCUS = CSS.supports('selector(:focus-visible)');

/** Whether Enter and the space bar are for this element: a button, unless it was only clicked. */
function isPressable(target: HTMLElement): boolean {
  return target.matches(PRESSABLE) && (!TELLS_FOCUS || target.matches(':focus-visible'));
}

/**
 * Fields take their own keys, but for the palette's; open dialogs and menus theirs; a button that was come to by keyboard
 * takes what presses it, and leaves the rest to the page.
 */
function isBusyElsewhere({ target, key }: KeyboardEvent, { action }: KeyLine): boolean {
  if (document.querySelector(OPEN_OVERLAYS) !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if ((key === 'Enter' || key === ' ') && isPressable(target)) return true;
  return action !== 'palette' && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** A key's name on a keycap. */
export function keyCap(name: string): string {
  return name
    .replace('ArrowDown', '↓')
    .replace('ArrowUp', '↑')
    .replace('PageDown', 'Page ↓')
    .replace('PageUp', 'Page ↑')
    .replace('Escape', 'Esc')
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
    .replace(/ $/, 'Space')
    .replace(/^([a-z])$/, (letter) => letter.toUpperCase())
    .replace(/\+([a-z])$/, (_, letter: string) => `+${letter.toUpperCase()}`);
}
