/** A line to a running page over Chromium's own debugging protocol: enough for Electron 9, which Playwright is too new for. */
import { WebSocket } from 'ws';

/** What can be done with the page. */
export type PageLink = {
  /** The value of an expression in the page's own world, waited for. @throws what it throws there. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses and lets go of a key, as a person would; that is also a person's leave to play sound. */
  press(key: string, options?: { alt?: boolean }): Promise<void>;
  /** A PNG of what is seen. */
  screenshot(): Promise<Buffer>;
  close(): void;
};

type Reply = { id?: number; result?: Record<string, unknown>; error?: { message: string } };
type Evaluated = {
  result: { value?: unknown };
  exceptionDetails?: { text: string; exception?: { description?: string } };
};

/** All pages behind a debugging port. */
export async function pagesAt(port: number): Promise<{ url: string; webSocketDebuggerUrl: string }[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const targets = (await answer.json()) as { type: string; url: string; webSocketDebuggerUrl: string }[];
  return targets.filter(({ type }) => type === 'page' || type === 'webview' || type === 'iframe');
}

/** Opens the line to the one page, once it is there. */
export async function linkToPage(port: number): Promise<PageLink> {
  for (;;) {
    const page = (await pagesAt(port)).find(({ url }) => url.startsWith('app://'));
    if (page !== undefined) return openLink(page.webSocketDebuggerUrl);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function openLink(url: string): Promise<PageLink> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (reply: Reply) => void>();
  let nextId = 1;
  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  socket.on('close', () => {
    for (const settle of waiting.values()) settle({ error: { message: 'the page is gone' } });
  });
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const id = nextId;
      nextId += 1;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    evaluate: async <T>(expression: string) => {
      const answer = (await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as unknown as Evaluated;
      const { exceptionDetails } = answer;
      if (exceptionDetails !== undefined) {
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      }
      return answer.result.value as T;
    },
    press: async (key, { alt = false } = {}) => {
      const isText = key.length === 1;
      const event = { key, modifiers: alt ? 1 : 0, windowsVirtualKeyCode: codeOf(key) };
      await send('Input.dispatchKeyEvent', {
        ...event,
        type: isText && !alt ? 'keyDown' : 'rawKeyDown',
        ...(isText && !alt ? { text: key } : {}),
      });
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
    },
    screenshot: async () => Buffer.from(String((await send('Page.captureScreenshot')).data), 'base64'),
    close: () => socket.terminate(),
  };
}

function codeOf(key: string): number {
  const named: Record<string, number> = { ArrowDown: 40, Enter: 13, Escape: 27 };
  return named[key] ?? key.toUpperCase().charCodeAt(0);
}
