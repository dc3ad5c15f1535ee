/**
 * The window for a browser: the host over HTTP and WebSocket, on this machine only. For a GPU machine without a
 * screen, use it through `ssh -L`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../core/domain/errors.ts';
import type { Host } from './host.ts';
import type { PagePolicy } from './page-policy.ts';
import { addressFolder, writeAddressFile } from './serve/address-file.ts';
import { sendSentence } from './serve/answers.ts';
import { createEventSockets } from './serve/events.ts';
import { answerHttp } from './serve/routes.ts';
import { createSessions } from './serve/session.ts';
import { readStaticFiles } from './serve/static-files.ts';

/** Port that is tried first where none is asked for; then the ones after it. */
export const FIRST_PORT = 4823;
const PORTS_TRIED = 20;
const LOOPBACK = '127.0.0.1';

/** What to serve. */
export type ServeOptions = {
  host: Host;
  policy: PagePolicy;
  /** The built window (dist/renderer). */
  windowFolder: string;
  /** 0 takes any free one; left out, the first free one from FIRST_PORT on. */
  port?: number;
  /** Where the address file goes; default `addressFolder()`. */
  addressFolder?: string;
};

/** A running server. */
export type RunningServe = {
  port: number;
  origin: string;
  /** What a person opens; the token stands in the fragment. */
  address: string;
  token: string;
  /** Stops answering; the host stays. */
  close(): Promise<void>;
};

/** Serves a host on the loopback address. @throws AppError ARGUMENT_INVALID when the port is taken. */
export async function serve(options: ServeOptions): Promise<RunningServe> {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
  });
  server.maxConnections = 256;
  const port = await listen(server, options.port);
  const sessions = createSessions(port);
  const files = readStaticFiles(options.windowFolder);
  const events = createEventSockets(options.host, sessions);
  const context = { host: options.host, policy: options.policy, sessions, files };
  server.on('request', (request, response) => {
    answerHttp(context, request, response).catch(() => {
      if (!response.headersSent) sendSentence(response, 500, 'Dubscope could not answer this. Try again.');
      else response.destroy();
    });
  });
  server.on('upgrade', events.upgrade);
  const origin = `http://${LOOPBACK}:${port}`;
  const address = `${origin}/#${sessions.token}`;
  const file = writeAddressFile(options.addressFolder ?? addressFolder(), { port, address });
  return {
    port,
    origin,
    address,
    token: sessions.token,
    close: async () => {
      file.remove();
      events.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @throws AppError ARGUMENT_INVALID for any address but the loopback ones. */
export function requireLoopback(address: string, port: number): void {
  if (['127.0.0.1', 'localhost', '::1'].includes(address)) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    `Dubscope serves this machine only, not ${address}: your media and decisions would be open to the network. Nothing was started. From another machine use: ssh -L ${port}:127.0.0.1:${port} <this machine>, then open the address that serve prints there.`,
  );
}

async function listen(server: Server, wanted: number | undefined): Promise<number> {
  const ports =
    wanted === undefined ? Array.from({ length: PORTS_TRIED }, (_, i) => FIRST_PORT + i) : [wanted];
  for (const port of ports) {
    if (await tryPort(server, port)) return (server.address() as AddressInfo).port;
  }
  throw new AppError(
    'ARGUMENT_INVALID',
    `Port ${ports.join(', ')} is in use by another program. Nothing was started. Choose another with --port, or --port 0 for any free one.`,
  );
}

function tryPort(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(port, LOOPBACK, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}
