/**
 * What the set-up says and what it logs: one line a step on standard error (standard output belongs to the command
 * that follows), everything else in a file whose path is named when something fails.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const LOGS_KEPT = 10;
const OUTPUT_KEPT = 256 * 1024;

/**
 * @param {{ logFolder: string, write?: (text: string) => void }} options
 */
export function createReporter({ logFolder, write = (text) => process.stderr.write(text) }) {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const logPath = join(logFolder, `setup-${stamp}-${process.pid}.log`);
  let opened = false;
  const log = (text) => {
    if (!opened) {
      mkdirSync(logFolder, { recursive: true });
      dropOldLogs(logFolder);
      opened = true;
    }
    appendFileSync(logPath, text);
  };
  /** The step whose line is still open because it failed; the reason goes on the same line. */
  let failedStep = null;
  const say = (line) => {
    write(failedStep === null ? `set-up: ${line}\n` : `failed: ${withoutLabel(line, failedStep)}\n`);
    failedStep = null;
    log(`\n== ${line}\n`);
  };
  return {
    logPath,
    log,
    say,
    /** Says what begins, runs it, and ends the line with how long it took; after a failure, `say` ends it with why. */
    async step(text, work) {
      const start = Date.now();
      write(`set-up: ${text} ... `);
      log(`\n== ${text}\n`);
      try {
        const result = await work();
        write(`${Math.max(1, Math.round((Date.now() - start) / 1000))} s\n`);
        return result;
      } catch (error) {
        failedStep = text;
        log(`\n${error?.stack ?? error}\n`);
        throw error;
      }
    },
    run: (command, args, options) => runLogged(log, command, args, options),
  };
}

/** "ffmpeg: no network" after "ffmpeg: downloading ... failed: " is "no network". */
function withoutLabel(line, stepText) {
  const label = line.slice(0, line.indexOf(': ') + 2);
  return label !== '' && stepText.startsWith(label) ? line.slice(label.length) : line;
}

/** A person stopped the set-up; what was half done is cleaned up on the way out. */
export class InterruptedError extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('stopped on request; the next start goes on from here');
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs a program to its end in a process group of its own; its output goes to the log. Never rejects for a status
 * other than 0; a program that cannot be started has `code: null`. Rejects with InterruptedError on Ctrl-C.
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>}
 */
function runLogged(log, command, args, { env = process.env, cwd, timeoutMs = 1_800_000 } = {}) {
  log(`$ ${[command, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const posix = process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd,
      env,
      detached: posix,
      windowsHide: true,
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: !posix && command.endsWith('.cmd'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => {
      try {
        if (posix && child.pid) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended already.
      }
    };
    const timer = setTimeout(kill, timeoutMs);
    let interrupted = null;
    const onSignal = (signal) => {
      interrupted = new InterruptedError(signal);
      kill();
    };
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    let stdout = '';
    let output = '';
    const collect = (isStdout) => (chunk) => {
      const text = chunk.toString();
      log(text);
      output = (output + text).slice(-OUTPUT_KEPT);
      if (isStdout) stdout = (stdout + text).slice(-OUTPUT_KEPT);
    };
    child.stdout.on('data', collect(true));
    child.stderr.on('data', collect(false));
    const settle = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      if (interrupted) reject(interrupted);
      else resolve({ code, stdout, output });
    };
    child.once('error', (error) => {
      log(`${error.message}\n`);
      settle(null);
    });
    child.once('close', settle);
  });
}

function dropOldLogs(folder) {
  const logs = readdirSync(folder)
    .filter((name) => name.startsWith('setup-'))
    .sort();
  for (const name of logs.slice(0, Math.max(0, logs.length - LOGS_KEPT + 1))) {
    rmSync(join(folder, name), { force: true });
  }
}
