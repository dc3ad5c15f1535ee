/** What the shell and its host process say to each other; plain JSON. */
import type { Answer } from '../../core/rpc/contract.ts';

/** From the shell: one request. `id` comes back with its answer. */
export type ShellMessage = { id: number; name: string; argument: unknown };

/** From the host: an answer, or an event. */
export type HostProcessMessage =
  | { type: 'answer'; id: number; answer: Answer<unknown> }
  | { type: 'event'; name: string; payload: unknown };
