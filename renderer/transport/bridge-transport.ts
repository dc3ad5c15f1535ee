/** The contract through the preload bridge of the desktop window. */
import type { Bridge } from '../../core/rpc/bridge.ts';
import { isKnownEvent } from '../../core/rpc/names.ts';
import type { PageTransport } from './page-transport.ts';

declare global {
  interface Window {
    /** Set by preload/preload.ts; absent in a browser. */
    dubscope?: Bridge;
  }
}

/** The transport of the desktop window. */
export function createBridgeTransport(bridge: Bridge): PageTransport {
  return {
    // As over HTTP: what Vue watches is a proxy, which no bridge can clone.
    request: (name, argument) => bridge.request(name, JSON.parse(JSON.stringify(argument))),
    subscribe: (listener) =>
      bridge.subscribe((name, payload) => {
        if (isKnownEvent(name)) listener(name, payload);
      }),
    watch: (watcher) => {
      watcher('open');
      return () => {};
    },
    choosePaths: (kind) => bridge.choosePaths(kind),
    droppedPaths: (files) => bridge.droppedPaths(files),
    downloadUrl: null,
    shell: bridge,
  };
}
