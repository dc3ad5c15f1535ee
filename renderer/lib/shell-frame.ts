/** The desktop window's frame: its menu holds the page's actions, and it has the page's colours. */
import { onScopeDispose, watchEffect } from 'vue';
import { useTransport } from '../client.ts';
import { keysOf } from './keys/bindings.ts';
import { KEY_MAP, type KeyAction } from './keys/key-map.ts';
import { type KeyHandlers, keyCap } from './keys.ts';
import { useTheme } from './theme.ts';

/** Offers the actions that work everywhere in the menu, until the component goes. Nothing in a browser. */
export function useShellFrame(handlers: KeyHandlers): void {
  const { shell } = useTransport();
  if (shell === null) return;
  const { choice } = useTheme();
  const lines = KEY_MAP.filter(({ scope }) => scope === 'everywhere');
  watchEffect(() => {
    const menu = lines.map((line) => ({
      action: line.action,
      label: line.label,
      key: keyCap(keysOf(line)[0] ?? '?'),
    }));
    shell.setLook({ theme: choice.value, menu });
  });
  onScopeDispose(shell.onAction((action) => handlers[action as KeyAction]?.()));
}
