/** What the shell and its host process say to each other; plain JSON. */
import type { Answer } from '../../core/rpc/contract.ts';
import type { MediaAnswer, MediaRequest } from '../media/answer-media.ts';

/** From the shell: one request, or one for media. `id` comes back with its answer. */
export type ShellMessage =
  | { type: 'request'; id: number; name: string; argument: unknown }
  | { type: 'media'; id: number; wanted: MediaRequest };

/** From the host: an answer, or an event. */
export type HostProcessMessage =
  | { type: 'answer'; id: number; answer: Answer<unknown> }
  /** `base64`: the body's bytes, where it is no file. */
  | { type: 'media'; id: number; answer: MediaAnswer; base64: string }
  | { type: 'event'; name: string; payload: unknown };

/** An answer on its way through JSON. */
export function packMedia(answer: MediaAnswer): { answer: MediaAnswer; base64: string } {
  if (answer.body.kind !== 'bytes') return { answer, base64: '' };
  const { bytes } = answer.body;
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return { answer: { ...answer, body: { kind: 'bytes', bytes: new Uint8Array() } }, base64 };
}

/** The answer that was packed. */
export function unpackMedia({ answer, base64 }: { answer: MediaAnswer; base64: string }): MediaAnswer {
  if (answer.body.kind !== 'bytes') return answer;
  return { ...answer, body: { kind: 'bytes', bytes: Buffer.from(base64, 'base64') } };
}
