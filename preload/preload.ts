/** The bridge between the sandboxed page and the shell: the contract's names, plain JSON, and nothing of Electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge, RecentProject } from '../core/rpc/bridge.ts';
import { CHANNELS } from '../core/rpc/channels.ts';
import type { Answer } from '../core/rpc/contract.ts';
import { isKnownEvent, isKnownRequest } from '../core/rpc/names.ts';

const UNKNOWN: Answer<never> = {
  ok: false,
  error: { code: 'REQUEST_UNKNOWN', message: 'There is no such request. Nothing was done.', details: {} },
};
const listeners = new Set<(name: string, payload: unknown) => void>();
const actors = new Set<(action: string) => void>();

ipcRenderer.on(CHANNELS.event, (_event, name: unknown, payload: unknown) => {
  if (typeof name !== 'string' || !isKnownEvent(name)) return;
  for (const listener of listeners) listener(name, payload);
});
ipcRenderer.on(CHANNELS.action, (_event, action: unknown) => {
  for (const actor of actors) actor(String(action));
});

const bridge: Bridge = {
  request: async (name, argument) =>
    isKnownRequest(name)
      ? ((await ipcRenderer.invoke(CHANNELS.request, name, argument)) as Answer<unknown>)
      : UNKNOWN,
  subscribe: (listener) => added(listeners, listener),
  choosePaths: (kind) => ipcRenderer.invoke(CHANNELS.choosePaths, String(kind)) as Promise<string[]>,
  droppedPaths: (files) => {
    const paths = [...files].map((file) => webUtils.getPathForFile(file));
    return ipcRenderer.invoke(CHANNELS.droppedPaths, paths) as Promise<string[]>;
  },
  reveal: (path) => ipcRenderer.invoke(CHANNELS.reveal, String(path)) as Promise<boolean>,
  recentProjects: () => ipcRenderer.invoke(CHANNELS.recentProjects) as Promise<RecentProject[]>,
  setLook: (look) => ipcRenderer.send(CHANNELS.look, look),
  onAction: (actor) => added(actors, actor),
};

function added<T>(set: Set<T>, member: T): () => void {
  set.add(member);
  return () => void set.delete(member);
}

contextBridge.exposeInMainWorld('dubscope', bridge);
