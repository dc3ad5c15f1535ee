/** The contract over HTTP, and its events over a WebSocket that comes back by itself. */
import type { Answer, EventName, RequestName } from '../../core/rpc/contract.ts';
import { isKnownEvent } from '../../core/rpc/names.ts';
import type { ConnectionState, PageTransport } from './page-transport.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/** The transport of a page that `dubscope serve` sent. */
export function createBrowserTransport(): PageTransport {
  const listeners = new Set<(name: EventName, payload: unknown) => void>();
  const watchers = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let pauseMs = FIRST_PAUSE_MS;
  const setState = (next: ConnectionState): void => {
    if (state === next || state === 'refused') return;
    state = next;
    for (const watcher of watchers) watcher(state);
  };
  const listen = (): void => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/events`);
    socket.addEventListener('open', () => {
      pauseMs = FIRST_PAUSE_MS;
      setState('open');
    });
    socket.addEventListener('message', ({ data }) => {
      const { name, payload } = JSON.parse(String(data)) as { name: string; payload: unknown };
      if (isKnownEvent(name)) for (const listener of listeners) listener(name, payload);
    });
    socket.addEventListener('close', () => {
      setState('lost');
      if (state === 'refused') return;
      setTimeout(listen, pauseMs);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    });
  };
  listen();
  return {
    request: async (name, argument) => {
      const answer = await post(name, argument);
      if (answer.status === 401) setState('refused');
      return answer.body;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watch: (watcher) => {
      watchers.add(watcher);
      watcher(state);
      return () => void watchers.delete(watcher);
    },
    choosePaths: null,
    droppedPaths: null,
    downloadUrl: (names) => `/exports/${names.map(encodeURIComponent).join('/')}`,
    shell: null,
  };
}

async function post(
  name: RequestName,
  argument: unknown,
): Promise<{ status: number; body: Answer<unknown> }> {
  try {
    const response = await fetch(`/rpc/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Dubscope': '1' },
      body: JSON.stringify(argument),
    });
    if (response.ok) return { status: response.status, body: (await response.json()) as Answer<unknown> };
    return { status: response.status, body: unreachable((await response.text()).trim()) };
  } catch {
    return {
      status: 0,
      body: unreachable('Dubscope does not answer. Nothing was changed. Is it still running?'),
    };
  }
}

function unreachable(message: string): Answer<unknown> {
  return { ok: false, error: { code: 'HOST_UNREACHABLE', message, details: {} } };
}
