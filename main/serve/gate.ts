/**
 * The gate every HTTP request and every WebSocket passes, in this order: the name it came by, the page it came
 * from, the token (reliability.md, T30). A refusal says in one sentence what is missing and nothing about the
 * project.
 */
import type { IncomingMessage } from 'node:http';
import type { Sessions } from './session.ts';

/** Why somebody is refused. */
export type Refusal = { status: 401 | 403 | 421; sentence: string };

const HOST_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** @returns null for whoever may come in. `isSocket`: browsers always send an origin with a WebSocket. */
export function refusalOf(
  request: IncomingMessage,
  sessions: Sessions,
  options: { isSocket?: boolean } = {},
): Refusal | null {
  return refusalOfSender(request, options) ?? refusalOfToken(request, sessions);
}

/** The first two stages: the name it came by (against DNS rebinding) and the page it came from. */
export function refusalOfSender(
  request: IncomingMessage,
  options: { isSocket?: boolean } = {},
): Refusal | null {
  const { headers } = request;
  if (!isOwnHost(headers.host)) {
    return { status: 421, sentence: 'Dubscope answers on localhost and 127.0.0.1 only.' };
  }
  const { origin } = headers;
  const usesHeader = headers.authorization !== undefined;
  if (origin === undefined && options.isSocket === true && !usesHeader) {
    return { status: 403, sentence: 'A WebSocket must say which page it comes from.' };
  }
  if (origin !== undefined && origin !== `http://${headers.host}`) {
    return { status: 403, sentence: 'Other pages may not use Dubscope.' };
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, sentence: 'Other pages may not use Dubscope.' };
  }
  return null;
}

function refusalOfToken(request: IncomingMessage, sessions: Sessions): Refusal | null {
  if (sessions.admits(request.headers)) return null;
  return { status: 401, sentence: 'The token is missing or wrong. Open the address that Dubscope printed.' };
}

function isOwnHost(host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1];
  return name !== undefined && HOST_NAMES.includes(name.toLowerCase());
}
