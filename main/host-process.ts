/**
 * The host as a process of its own, for the desktop window: plain Node, started by the shell, ended with it. It may
 * crash without taking the window along, and it is what loads native code.
 */
import './compile-cache.ts';
import type { HostProcessMessage, ShellMessage } from './desktop/host-messages.ts';

// Static imports would all be compiled before the first of them has run.
const { packMedia } = await import('./desktop/host-messages.ts');
const { createHost } = await import('./host.ts');

const host = createHost({ program: 'the Dubscope window', forWindow: true });

const send = (message: HostProcessMessage): void => {
  // The shell may end while an answer is on its way; 'disconnect' then does the rest.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

host.subscribe((name, payload) => send({ type: 'event', name, payload }));
process.on('message', async (message: ShellMessage) => {
  const { id } = message;
  if (message.type === 'media') send({ type: 'media', id, ...packMedia(await host.media(message.wanted)) });
  else send({ type: 'answer', id, answer: await host.request(message.name, message.argument) });
});
process.once('disconnect', async () => {
  await host.close();
  process.exit(0);
});
// The shell decides when it ends; a Ctrl-C in its terminal reaches this process as well.
process.on('SIGINT', () => {});
