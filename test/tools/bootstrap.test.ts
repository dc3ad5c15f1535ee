/** The door: streams, arguments, signals and the end of what it runs pass through unchanged. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isUpToDate } from '../../tools/setup/node-modules.mjs';
import { nodeBinary, ROOT } from '../../tools/setup/paths.mjs';

const folder = mkdtempSync(join(tmpdir(), 'dubscope-bootstrap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(
  program: string,
  ...args: string[]
): { child: ChildProcess; end: Promise<[number | null, string]> } {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const child = spawn(process.execPath, [join(ROOT, 'tools', 'bootstrap.mjs'), 'run', file, ...args], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DUBSCOPE_CACHE: folder,
      DUBSCOPE_ENGINE: 'wasm',
      DUBSCOPE_FFMPEG: '/x',
      DUBSCOPE_FFPROBE: '/x',
    },
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  return { child, end: new Promise((resolve) => child.once('close', (code) => resolve([code, text]))) };
}

/** Waits for the program's first line, sends the signal, waits for the end. */
async function signalled(program: string, signal: NodeJS.Signals): Promise<[number | null, string]> {
  const { child, end } = start(program);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill(signal);
  return end;
}

describe.skipIf(process.platform === 'win32' || !isUpToDate(ROOT))('the door', () => {
  it('runs on Node 24, in the same folder, with the same arguments, input and exit code', async () => {
    const { child, end } = start(
      `const input = await process.stdin.toArray();
       console.log(JSON.stringify([process.execPath, process.cwd(), process.argv.slice(2), Buffer.concat(input).toString(), process.env.DUBSCOPE_CACHE]));
       process.exit(7);`,
      'two words',
      '--flag=a"b',
      '',
    );
    child.stdin?.end('hello');
    const [code, text] = await end;
    expect(code).toBe(7);
    expect(JSON.parse(text)).toEqual([
      realpathSync(nodeBinary()),
      realpathSync(folder),
      ['two words', '--flag=a"b', ''],
      'hello',
      folder,
    ]);
  });

  it('passes SIGINT on once and waits for the end', async () => {
    const program = `let count = 0;
      process.on('SIGINT', () => { count += 1; setTimeout(() => process.exit(40 + count), 300); });
      setTimeout(() => {}, 20000); console.log('ready');`;
    expect((await signalled(program, 'SIGINT'))[0]).toBe(41);
  });

  it('passes SIGTERM on, and ends as the program did', async () => {
    const tidy =
      "process.on('SIGTERM', () => process.exit(9)); setTimeout(() => {}, 20000); console.log('ready');";
    expect((await signalled(tidy, 'SIGTERM'))[0]).toBe(9);
    const killed = "setTimeout(() => {}, 20000); console.log('ready');";
    expect((await signalled(killed, 'SIGTERM'))[0]).toBe(128 + 15);
  });
});
