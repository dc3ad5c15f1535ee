/** Events to browsers over one WebSocket a page. Pages only listen here; what they ask goes through the routes. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Host } from '../host.ts';
import { refusalOf } from './gate.ts';
import { SECURITY_HEADERS } from './headers.ts';
import type { Sessions } from './session.ts';

const MOST_SOCKETS = 16;
const MOST_MESSAGE_BYTES = 1024;
const HEARTBEAT_MS = 20_000;
/** A page that has fallen this far behind is cut off; it asks anew for everything when it comes back. */
const MOST_UNSENT_BYTES = 4 * 1024 * 1024;

/** Path of the WebSocket. */
export const EVENTS_PATH = '/events';

/** The sockets of a server. */
export type EventSockets = {
  /** Takes over a connection that asked to become a WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
};

/** Sends each event of `host` to every page that may come in. */
export function createEventSockets(host: Host, sessions: Sessions): EventSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const alive = new WeakSet<WebSocket>();
  const unsubscribe = host.subscribe((name, payload) => {
    if (server.clients.size === 0) return;
    const message = JSON.stringify({ name, payload });
    for (const socket of server.clients) {
      if (socket.bufferedAmount > MOST_UNSENT_BYTES) socket.terminate();
      else socket.send(message);
    }
  });
  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT_MS);
  server.on('connection', (socket) => {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('message', () => socket.close(1008, 'Nothing is received here.'));
    socket.on('error', () => socket.terminate());
  });
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const refusal = refusalOf(request, sessions, { isSocket: true });
      if (refusal !== null) refuse(socket, refusal.status, 'Refused');
      else if (request.url !== EVENTS_PATH) refuse(socket, 404, 'Not Found');
      else if (server.clients.size >= MOST_SOCKETS) refuse(socket, 503, 'Too Many Pages');
      else
        server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request));
    },
    close: () => {
      clearInterval(heartbeat);
      unsubscribe();
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const headers = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`);
  socket.end(
    [`HTTP/1.1 ${status} ${reason}`, ...headers, 'Connection: close', 'Content-Length: 0', '', ''].join(
      '\r\n',
    ),
  );
}
