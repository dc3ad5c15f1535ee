/** Reading a request's body within limits, and sending answers that all carry the security headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './headers.ts';

/** Largest body of a request, bytes. */
export const MOST_BODY_BYTES = 1024 * 1024;

/** Sends `value` as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

/** Sends a refusal as one sentence. */
export function sendSentence(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
}

/** Why a body was not taken. */
export type BodyRefusal = { status: 400 | 403 | 413 | 415; sentence: string };

/**
 * The JSON in a request's body. A form or a plain fetch of another page can send neither this content type nor
 * this header without asking first, and is never allowed to.
 */
export async function readJsonBody(
  request: IncomingMessage,
): Promise<{ value: unknown } | { refusal: BodyRefusal }> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return { refusal: { status: 415, sentence: 'Send application/json.' } };
  }
  if (request.headers['x-dubscope'] !== '1') {
    return { refusal: { status: 403, sentence: 'The header "X-Dubscope: 1" is missing.' } };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) {
      return { refusal: { status: 413, sentence: `A request may hold ${MOST_BODY_BYTES} bytes at most.` } };
    }
    chunks.push(chunk);
  }
  try {
    return { value: JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') };
  } catch {
    return { refusal: { status: 400, sentence: 'The body is not JSON.' } };
  }
}
