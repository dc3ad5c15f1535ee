/** Requests to a running server with exactly the headers that are given; fetch would not let a Host be chosen. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';

/** Where a server answers, and with which token. */
export type Asked = { port: number; token: string };
/** One request; POST unless said otherwise. */
export type Sent = { method?: string; path: string; headers?: Record<string, string>; body?: string };
/** Its answer; `bytes` of the body as they came. */
export type Got = { status: number; headers: IncomingHttpHeaders; body: string; bytes: Buffer };

/** What every request that carries JSON must say. */
export const JSON_HEADERS = { 'Content-Type': 'application/json', 'X-Dubscope': '1' };

/** Sends one request on a connection of its own. */
export function sendTo({ port }: Asked, { method = 'POST', path, headers = {}, body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { Host: `127.0.0.1:${port}`, Connection: 'close', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes.toString('utf8'),
            bytes,
          });
        });
        response.once('error', reject);
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

/** The header that carries the token. */
export function bearer({ token }: Asked): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** One request of the contract, with the token. */
export function rpcTo(asked: Asked, name: string, argument: unknown = {}): Promise<Got> {
  return sendTo(asked, {
    path: `/rpc/${name}`,
    headers: { ...JSON_HEADERS, ...bearer(asked) },
    body: JSON.stringify(argument),
  });
}

/** Offers a token in exchange for a session. */
export function exchangeAt(asked: Asked, token: string, headers: Record<string, string> = {}): Promise<Got> {
  return sendTo(asked, {
    path: '/session',
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify({ token }),
  });
}

/** @returns the cookie of a new session. */
export async function openSessionAt(asked: Asked): Promise<string> {
  const { headers } = await exchangeAt(asked, asked.token);
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

/** Whether a WebSocket opens. */
export function socketOpens(
  { port }: Asked,
  headers: Record<string, string>,
  path = '/events',
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.once('open', () => {
      socket.terminate();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
