/** Every route of the server. All but the exchange of the token need the token or a session. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../../core/rpc/contract.ts';
import { isKnownRequest } from '../../core/rpc/names.ts';
import { EXPORTS_PREFIX } from '../exports/export-path.ts';
import type { Host } from '../host.ts';
import { MEDIA_PREFIX } from '../media/media-path.ts';
import { answerPage, type PagePolicy } from '../page-policy.ts';
import { readJsonBody, sendJson, sendSentence } from './answers.ts';
import { ENTRY_HEADERS, ENTRY_PAGE } from './entry-page.ts';
import { sendExport } from './export-routes.ts';
import { refusalOf, refusalOfSender } from './gate.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { sendMedia } from './media-routes.ts';
import type { Sessions } from './session.ts';
import type { StaticFile } from './static-files.ts';

/** What the routes work with. */
export type RouteContext = {
  host: Host;
  policy: PagePolicy;
  sessions: Sessions;
  files: ReadonlyMap<string, StaticFile>;
};

/** Prefix of the routes of requests: `POST /rpc/pair/list` calls `pair/list`. */
export const RPC_PREFIX = '/rpc/';

/** Answers one HTTP request. */
export async function answerHttp(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  if (path === '/session' && request.method === 'POST') return openSession(context, request, response);
  const refusal = refusalOf(request, context.sessions);
  if (refusal !== null) {
    if (refusal.status === 401) await pauseAfterFailure(context, request);
    const isVisitor = refusal.status === 401 && path === '/' && request.method === 'GET';
    if (!isVisitor) return sendSentence(response, refusal.status, refusal.sentence);
    response.writeHead(401, ENTRY_HEADERS);
    response.end(ENTRY_PAGE);
    return;
  }
  if (path.startsWith(RPC_PREFIX)) return answerRpc(context, path, request, response);
  if (path.startsWith(MEDIA_PREFIX)) return sendMedia(context.host, request, response);
  if (path.startsWith(EXPORTS_PREFIX)) return sendExport(context.host, request, response);
  return sendFile(context, path, request, response);
}

async function openSession(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOfSender(request);
  if (refusal !== null) return sendSentence(response, refusal.status, refusal.sentence);
  const body = await readJsonBody(request);
  if ('refusal' in body) return sendSentence(response, body.refusal.status, body.refusal.sentence);
  const token = (body.value as { token?: unknown } | null)?.token;
  if (typeof token !== 'string' || !context.sessions.isToken(token)) {
    await pause(context.sessions.pauseAfterFailureMs());
    return sendSentence(response, 401, 'The token is wrong. Open the address that Dubscope printed.');
  }
  response.writeHead(204, { ...SECURITY_HEADERS, 'Set-Cookie': context.sessions.open() });
  response.end();
}

async function answerRpc(
  { host, policy }: RouteContext,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = path.slice(RPC_PREFIX.length);
  if (!isKnownRequest(name)) return sendSentence(response, 404, 'There is no such request.');
  if (request.method !== 'POST') return sendSentence(response, 405, 'Requests are sent with POST.');
  const body = await readJsonBody(request);
  if ('refusal' in body) return sendSentence(response, body.refusal.status, body.refusal.sentence);
  const answer = await answerPage(policy, host, name, body.value);
  sendJson(response, 200, withoutStack(answer));
}

function sendFile(
  { files }: RouteContext,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(path);
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (file === undefined) sendSentence(response, 404, 'There is nothing here.');
  else if (!isReading) sendSentence(response, 405, 'Files are read with GET.');
  else {
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'Content-Type': file.type,
      'Content-Length': String(file.bytes.length),
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }
}

/** Only a wrong token is a guess; a visitor without one is not held up. */
async function pauseAfterFailure({ sessions }: RouteContext, request: IncomingMessage): Promise<void> {
  if (request.headers.authorization === undefined) return;
  await pause(sessions.pauseAfterFailureMs());
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function withoutStack(answer: Answer<unknown>): Answer<unknown> {
  if (answer.ok) return answer;
  const { stack: _stack, ...details } = answer.error.details;
  return { ok: false, error: { ...answer.error, details } };
}
