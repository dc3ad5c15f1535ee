/** The bridge between the sandboxed page and the shell: the contract's names, plain JSON, and nothing of Electron. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge } from '../core/rpc/bridge.ts';
import { CHANNELS } from '../core/rpc/channels.ts';
import type { Answer } from '../core/rpc/contract.ts';
import { isKnownEvent, isKnownRequest } from '../core/rpc/names.ts';

const UNKNOWN: Answer<never> = {
  ok: false,
  error: { code: 'REQUEST_UNKNOWN', message: 'There is no such request. Nothing was done.', details: {} },
};
const listeners = new Set<(name: string, payload: unknown) => void>();

ipcRenderer.on(CHANNELS.event, (_event, name: unknown, payload: unknown) => {
  if (typeof name !== 'string' || !isKnownEvent(name)) return;
  for (const listener of listeners) listener(name, payload);
});

const bridge: Bridge = {
  request: async (name, argument) =>
    isKnownRequest(name)
      ? ((await ipcRenderer.invoke(CHANNELS.request, name, argument)) as Answer<unknown>)
      : UNKNOWN,
  subscribe: (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  choosePaths: (kind) => ipcRenderer.invoke(CHANNELS.choosePaths, String(kind)) as Promise<string[]>,
};

contextBridge.exposeInMainWorld('dubscope', bridge);
