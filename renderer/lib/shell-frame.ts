/** The desktop window's frame: its menu holds the page's actions, and it has the page's colours. */
import { onScopeDispose, watchEffect } from 'vue';
import { useTransport } from '../client.ts';
import { KEY_MAP, type KeyAction, type KeyHandlers, keyCap } from './keys.ts';
import { useTheme } from './theme.ts';

/** Offers the actions that work everywhere in the menu, until the component goes. Nothing in a browser. */
export function useShellFrame(handlers: KeyHandlers): void {
  const { shell } = useTransport();
  if (shell === null) return;
  const { choice } = useTheme();
  const menu = KEY_MAP.filter(({ scope }) => scope === 'everywhere').map(({ action, label, keys }) => ({
    action,
    label,
    key: keyCap(keys[0] ?? '?'),
  }));
  watchEffect(() => shell.setLook({ theme: choice.value, menu }));
  onScopeDispose(shell.onAction((action) => handlers[action as KeyAction]?.()));
}
