/** The shell's side of the host process: requests out, answers and events in. The one place that knows the transport. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../core/rpc/contract.ts';
import type { MediaAnswer, MediaRequest } from '../media/answer-media.ts';
import { type HostProcessMessage, type ShellMessage, unpackMedia } from './host-messages.ts';

/** A running host process. */
export type HostLink = {
  /** Never rejects: a host that has ended answers WORKER_CRASHED. */
  request(name: string, argument: unknown): Promise<Answer<unknown>>;
  /** Never rejects: a host that has ended has no media. */
  media(wanted: MediaRequest): Promise<MediaAnswer>;
  /** Ends the host's jobs and waits until the project is given back. */
  close(): Promise<void>;
};

/**
 * Starts the host.
 * @param root folder that holds `main/` and `node_modules/`.
 */
export function startHost(root: string, onEvent: (name: string, payload: unknown) => void): HostLink {
  const child = fork(join(root, 'main', 'host-process.ts'), [], {
    execPath: nodeOf(root),
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: Answer<unknown>) => void>();
  const waitingForMedia = new Map<number, (answer: MediaAnswer) => void>();
  let nextId = 1;
  let hasEnded = false;
  child.on('message', (message: HostProcessMessage) => {
    if (message.type === 'event') return onEvent(message.name, message.payload);
    if (message.type === 'media') {
      waitingForMedia.get(message.id)?.(unpackMedia(message));
      waitingForMedia.delete(message.id);
      return;
    }
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  const end = (): void => {
    hasEnded = true;
    for (const answer of waiting.values()) answer(CRASHED);
    waiting.clear();
    for (const answer of waitingForMedia.values()) answer(NO_MEDIA);
    waitingForMedia.clear();
  };
  child.once('error', end);
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      end();
      resolve();
    }),
  );
  return {
    request: (name, argument) => {
      if (hasEnded || !child.connected) return Promise.resolve(CRASHED);
      const id = nextId;
      nextId += 1;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        child.send({ type: 'request', id, name, argument } satisfies ShellMessage, () => {});
      });
    },
    media: (wanted) => {
      if (hasEnded || !child.connected) return Promise.resolve(NO_MEDIA);
      const id = nextId;
      nextId += 1;
      return new Promise((resolve) => {
        waitingForMedia.set(id, resolve);
        child.send({ type: 'media', id, wanted } satisfies ShellMessage, () => {});
      });
    },
    close: () => {
      if (child.connected) child.disconnect();
      return ended;
    },
  };
}

const NO_MEDIA: MediaAnswer = { status: 404, headers: {}, body: { kind: 'none' } };

const CRASHED: Answer<never> = {
  ok: false,
  error: {
    code: 'WORKER_CRASHED',
    message:
      'The process that holds the project has ended unexpectedly. Everything shown as saved is saved. Start Dubscope again.',
    details: {},
  },
};

/** Node 24: named by whoever starts the shell, else the one from the npm package. */
export function nodeOf(root: string): string {
  const { DUBSCOPE_NODE } = process.env;
  if (DUBSCOPE_NODE !== undefined && DUBSCOPE_NODE !== '') return DUBSCOPE_NODE;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = join(root, 'node_modules', 'node', 'bin', binary);
  return existsSync(own) ? own : binary;
}
