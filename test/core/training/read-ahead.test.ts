import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAhead } from '../../../core/training/read-ahead.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => process.on('unhandledRejection', note));
afterAll(async () => {
  await pause(5);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

/** Makes numbers, the earlier the slower, and notes what is under way. */
function recorder(failAt = -1) {
  const started: number[] = [];
  let running = 0;
  let mostRunning = 0;
  const make = async (index: number, signal: AbortSignal): Promise<number> => {
    started.push(index);
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    try {
      await pause(index % 2 === 0 ? 6 : 1, undefined, { signal });
      if (index === failAt) throw new Error(`no ${index}`);
      return index;
    } finally {
      running -= 1;
    }
  };
  return { make, started, running: () => running, mostRunning: () => mostRunning };
}

describe('readAhead', () => {
  it.each([0, 1, 2, 7])('gives everything in order with %i ahead, and no more at once', async (ahead) => {
    const { make, mostRunning } = recorder();
    const reader = readAhead(make, { from: 3, to: 9, ahead });
    const seen: number[] = [];
    for (let i = 3; i < 9; i += 1) seen.push(await reader.next());
    expect(seen).toEqual([3, 4, 5, 6, 7, 8]);
    expect(mostRunning()).toBe(Math.min(ahead + 1, 6));
    await expect(reader.next()).rejects.toMatchObject({ code: 'INVARIANT' });
    await reader.close();
  });

  it('starts nothing before it is asked, then what is ahead of what was taken', async () => {
    const { make, started } = recorder();
    const reader = readAhead(make, { from: 0, to: 100, ahead: 2 });
    await pause(2);
    expect(started).toEqual([]);
    await reader.next();
    expect(started).toEqual([0, 1, 2]);
    await reader.next();
    expect(started).toEqual([0, 1, 2, 3]);
    await reader.close();
  });

  it('answers calls that do not wait for each other in order', async () => {
    const { make } = recorder();
    const reader = readAhead(make, { from: 0, to: 4, ahead: 1 });
    expect(await Promise.all([reader.next(), reader.next(), reader.next()])).toEqual([0, 1, 2]);
    await reader.close();
  });

  it('tells an error at its turn and ever after, thrown at once or later', async () => {
    const { make, started, running } = recorder(2);
    const reader = readAhead(make, { from: 0, to: 100, ahead: 3 });
    expect([await reader.next(), await reader.next()]).toEqual([0, 1]);
    await expect(reader.next()).rejects.toThrow('no 2');
    const count = started.length;
    await expect(reader.next()).rejects.toThrow('no 2');
    expect(started).toHaveLength(count);
    await reader.close();
    expect(running()).toBe(0);
    const atOnce = readAhead<number>(
      () => {
        throw new Error('at once');
      },
      { from: 0, to: 3, ahead: 1 },
    );
    await expect(atOnce.next()).rejects.toThrow('at once');
    await atOnce.close();
  });

  it('drops errors of what nobody took', async () => {
    const { make } = recorder(1);
    const reader = readAhead(make, { from: 0, to: 3, ahead: 2 });
    expect(await reader.next()).toBe(0);
    await pause(8);
    await reader.close();
    await expect(reader.next()).rejects.toMatchObject({ code: 'INVARIANT' });
  });

  it('closes only when nothing runs, not even what a call still waits for', async () => {
    let released = false;
    const slow = async (): Promise<string> => {
      await pause(10);
      released = true;
      return 'slow';
    };
    const reader = readAhead(slow, { from: 0, to: 1, ahead: 4 });
    const waiting = reader.next();
    await reader.close();
    expect(released).toBe(true);
    expect(await waiting).toBe('slow');
    await reader.close();
  });

  it('stops with its signal, what is under way too', async () => {
    const controller = new AbortController();
    const { make, running } = recorder();
    const reader = readAhead(make, { from: 0, to: 100, ahead: 3, signal: controller.signal });
    await reader.next();
    controller.abort(new Error('enough'));
    await expect(reader.next()).rejects.toThrow('enough');
    await reader.close();
    expect(running()).toBe(0);
  });
});
