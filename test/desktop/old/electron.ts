/**
 * Electron 9 dressed as a current one, for the smoke test only: the calls of ours that came later, made from what it
 * has. Only the names that the shell imports. What cannot be made is said in smoke.test.ts.
 */
import { Readable } from 'node:stream';
import * as electron from 'real-electron';

type Any = Record<string, unknown>;
type OldResponse = { statusCode: number; headers: Any; data: Readable };
type OldRequest = { url: string; method: string; headers: Record<string, string> };

/** Longer pieces than Electron 9's pipe takes at once never came to their end. */
function inPieces(bytes: Uint8Array): Buffer[] {
  const LONGEST = 64 * 1024;
  const count = Math.ceil(bytes.length / LONGEST);
  return Array.from({ length: count }, (_, i) => Buffer.from(bytes.subarray(i * LONGEST, (i + 1) * LONGEST)));
}

/** What the shell answers a request of the page with; as much of the Fetch API as it uses. */
class OldStyleResponse {
  readonly status: number;
  readonly headers: Any;
  readonly data: Readable;
  constructor(body: Uint8Array | Readable | null, init: { status?: number; headers?: Any } = {}) {
    this.status = init.status ?? 200;
    this.headers = init.headers ?? {};
    this.data = body instanceof Readable ? body : Readable.from(body === null ? [] : inPieces(body));
  }
}
const global = globalThis as unknown as Any;
global.Response ??= OldStyleResponse;
(Readable as unknown as Any).toWeb ??= (stream: Readable) => stream;

const old = electron as unknown as Record<'session' | 'BrowserWindow' | 'ipcMain', Any>;

/** `protocol.handle` over streams. */
function withHandle(session: Any): Any {
  const protocol = session.protocol as Any & {
    registerStreamProtocol(scheme: string, f: (r: OldRequest, done: (a: OldResponse) => void) => void): void;
  };
  protocol.handle ??= (scheme: string, answer: (request: unknown) => unknown): void =>
    protocol.registerStreamProtocol(scheme, async ({ url, method, headers }, done) => {
      const get = (name: string): string | null => headers[name] ?? headers[name.toLowerCase()] ?? null;
      const made = (await answer({ url, method, headers: { get } })) as OldStyleResponse;
      done({ statusCode: made.status, headers: made.headers, data: made.data });
    });
  session.setDevicePermissionHandler ??= () => {};
  return session;
}

/** Main process only. */
export const session = {
  fromPartition: (name: string) => withHandle((old.session.fromPartition as (n: string) => Any)(name)),
};

const OldWindow = old.BrowserWindow as unknown as new (options: unknown) => Any;
/** A window whose refusal of new windows is the event of then. */
export const BrowserWindow = function openWindow(options: unknown): Any {
  const window = new OldWindow(options);
  const contents = window.webContents as Any & { on(name: string, f: (e: Event) => void): void };
  contents.setWindowOpenHandler ??= (decide: () => { action: string }) =>
    contents.on('new-window', (event) => {
      if (decide().action === 'deny') event.preventDefault();
    });
  return window;
} as unknown as typeof electron.BrowserWindow;

/** Frames were not told apart then: the sender's page stands for its main frame. */
function withFrame<A extends unknown[], R>(answer: (event: Any, ...args: A) => R) {
  return (event: Any, ...args: A): R => {
    const sender = event.sender as Any & { getURL(): string };
    const frame = { url: sender.getURL() };
    sender.mainFrame = frame;
    event.senderFrame = frame;
    return answer(event, ...args);
  };
}
type Register = (channel: string, answer: (event: Any, ...args: unknown[]) => unknown) => void;
/** Messages of the page. */
export const ipcMain = {
  handle: (channel: string, answer: Parameters<Register>[1]) =>
    (old.ipcMain.handle as Register).call(old.ipcMain, channel, withFrame(answer)),
  on: (channel: string, answer: Parameters<Register>[1]) =>
    (old.ipcMain.on as Register).call(old.ipcMain, channel, withFrame(answer)),
};

export const { app, dialog, Menu, nativeTheme, protocol, screen, shell } = electron;
