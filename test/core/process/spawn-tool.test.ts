import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spawnTool } from '../../../core/process/spawn-tool.ts';

const node = (script: string): { tool: string; args: string[] } => ({
  tool: process.execPath,
  args: ['-e', script],
});

it('collects output and passes input', async () => {
  const run = await spawnTool({
    ...node('process.stdin.pipe(process.stdout); console.error("hello")'),
    input: 'abc',
  });
  expect(run.stdout.toString()).toBe('abc');
  expect(run.stderrTail).toBe('hello\n');
});

it('fails with the last line of what the program said', async () => {
  await expect(
    spawnTool(node('console.error("first\\nno such codec"); process.exit(3)')),
  ).rejects.toMatchObject({
    code: 'TOOL_FAILED',
    message: expect.stringContaining('no such codec'),
  });
});

it('says when a program is missing', async () => {
  await expect(spawnTool({ tool: '/nowhere/ffmpeg', args: [] })).rejects.toMatchObject({
    code: 'TOOL_MISSING',
  });
});

it('ends what takes too long, grandchildren included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
  const pidFile = join(folder, 'pid');
  const script = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid)); setInterval(() => {}, 1000)`;
  await expect(spawnTool({ ...node(script), timeoutMs: 700 })).rejects.toMatchObject({
    code: 'TOOL_TIMEOUT',
  });
  // The kernel takes a moment to end what was killed.
  await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8'))), { timeout: 5000 }).toBe(false);
  rmSync(folder, { recursive: true });
});

it('kills what ignores the gentle signal', async () => {
  const controller = new AbortController();
  const running = spawnTool({
    ...node('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'),
    signal: controller.signal,
    onStdout: () => controller.abort(),
  });
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('stops a flood of output', async () => {
  const flood = node('const b = Buffer.alloc(1 << 20); (function go() { process.stdout.write(b, go) })()');
  await expect(spawnTool({ ...flood, maxStdoutBytes: 4 << 20 })).rejects.toMatchObject({
    code: 'TOOL_FAILED',
  });
});

it.runIf(existsSync('/usr/bin/prlimit'))('holds a program to its memory', async () => {
  const hungry = { tool: 'python3', args: ['-c', 'x = bytearray(800 * 1024 * 1024); print(len(x))'] };
  await expect(spawnTool(hungry)).resolves.toMatchObject({ exitCode: 0 });
  await expect(spawnTool({ ...hungry, limits: { memoryBytes: 400 * 1024 * 1024 } })).rejects.toMatchObject({
    code: 'TOOL_FAILED',
  });
});

describe('further outputs', () => {
  it('come on their own pipes, whole and in order, also when one consumer is slow', async () => {
    const script = `const fs = require('node:fs');
      for (let i = 0; i < 64; i += 1) {
        fs.writeSync(1, Buffer.alloc(5000, i)); fs.writeSync(3, Buffer.alloc(9000, i)); fs.writeSync(4, Buffer.alloc(100, i));
      }`;
    const found: Buffer[][] = [[], [], []];
    const result = await spawnTool({
      ...node(script),
      onStdout: (chunk) => void found[0]!.push(chunk),
      outputs: [
        async (chunk) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          found[1]!.push(chunk);
        },
        (chunk) => void found[2]!.push(chunk),
      ],
    });
    expect(result.exitCode).toBe(0);
    for (const [i, size] of [5000, 9000, 100].entries()) {
      const expected = Buffer.concat(Array.from({ length: 64 }, (_, value) => Buffer.alloc(size, value)));
      expect(Buffer.concat(found[i]!).equals(expected)).toBe(true);
    }
  });

  it('count towards the limit', async () => {
    const flood = node('const b = Buffer.alloc(1 << 20); for (;;) require("node:fs").writeSync(3, b)');
    await expect(spawnTool({ ...flood, outputs: [() => {}], maxStdoutBytes: 4 << 20 })).rejects.toMatchObject(
      { code: 'TOOL_FAILED' },
    );
  });

  it('that cannot be used end the program before the failure is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
    const pidFile = join(folder, 'pid');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      require('node:fs').writeSync(3, 'x'); setInterval(() => {}, 1000)`;
    const failing = () => {
      throw new Error('no room');
    };
    await expect(spawnTool({ ...node(script), outputs: [failing] })).rejects.toThrow('no room');
    expect(isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
    rmSync(folder, { recursive: true });
  });
});

it('keeps secrets of the caller out of the environment', async () => {
  process.env.DUBSCOPE_TEST_SECRET = 'token';
  const run = await spawnTool(node('console.log(JSON.stringify(process.env))'));
  delete process.env.DUBSCOPE_TEST_SECRET;
  expect(run.stdout.toString()).not.toContain('token');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for yet counts as ended.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
