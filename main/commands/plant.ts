/** The command that makes a corpus with known faults. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../core/domain/errors.ts';
import type { WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { KEY_FILE, type PlantedKey } from '../../core/plant/key.ts';
import { PLANT_KINDS, type PlantKind } from '../../core/plant/kinds.ts';
import { DEFAULT_SHARE } from '../../core/plant/plan.ts';
import { type Terminal, table } from '../cli/terminal.ts';
import { runWorker } from '../run-worker.ts';

type PlantCommandOptions = {
  seed: string;
  strength?: string;
  share: string;
  join: string;
  kinds?: string;
  original?: string;
};

/** Adds the command. */
export function addPlantCommand(program: Command, terminal: Terminal): void {
  program
    .command('plant')
    .description('make a corpus with known faults from clean dubbed media, to see what the checks are worth')
    .argument('<source>', 'folder of clean media; never written')
    .argument('<out>', 'new folder for the corpus')
    .option('--seed <number>', 'the same seed plants the same faults', '0')
    .option('--strength <number>', '0 (hardly there) to 1; drawn for each fault by default')
    .option('--share <number>', 'share of the dubs that get a fault, 0 to 1', String(DEFAULT_SHARE))
    .option('--join <seconds>', "join a title's shots to scenes of at least this length", '0')
    .option('--kinds <names>', `of ${PLANT_KINDS.join(', ')}; all by default`)
    .option('--original <tag>', 'the original language, where the files do not say it')
    .action(async (source: string, out: string, options: PlantCommandOptions) => {
      const key = await plant(terminal, source, out, options);
      terminal.result(key, () => plantedLines(key, out));
    });
}

async function plant(
  terminal: Terminal,
  source: string,
  out: string,
  options: PlantCommandOptions,
): Promise<PlantedKey> {
  const task: Extract<WorkerTask, { kind: 'plant' }> = {
    kind: 'plant',
    inputs: [resolve(source)],
    originalLanguage: options.original ?? null,
    outFolder: resolve(out),
    joinSec: numberIn('--join', options.join, 0, 86_400),
    options: {
      seed: Math.floor(numberIn('--seed', options.seed, 0, 2 ** 32 - 1)),
      strength: options.strength === undefined ? null : numberIn('--strength', options.strength, 0, 1),
      share: numberIn('--share', options.share, 0, 1),
      kinds: options.kinds === undefined ? PLANT_KINDS : requireKinds(options.kinds),
    },
  };
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  process.once('SIGINT', cancel);
  try {
    return await runWorker(task, {
      signal: stop.signal,
      onMessage: (message) => {
        if (message.type !== 'progress') return;
        const { step, done, total, unit } = message.progress;
        terminal.status(`${step} ${done}/${total ?? '?'} ${unit}`);
      },
    });
  } finally {
    process.off('SIGINT', cancel);
    terminal.clearStatus();
  }
}

function numberIn(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${name} must be a number from ${least} to ${most}, not "${text}". Nothing was written.`,
  );
}

function requireKinds(text: string): PlantKind[] {
  return text.split(',').map((part) => {
    const kind = PLANT_KINDS.find((known) => known === part.trim());
    if (kind !== undefined) return kind;
    throw new AppError(
      'ARGUMENT_INVALID',
      `"${part}" is no kind of fault. Nothing was written. Choose from: ${PLANT_KINDS.join(', ')}.`,
    );
  });
}

function plantedLines(key: PlantedKey, out: string): string[] {
  const kinds = [...Map.groupBy(key.faults, ({ kind }) => kind)];
  return [
    ...table([['kind', 'planted'], ...kinds.map(([kind, faults]) => [kind, faults.length])]),
    `${key.faults.length} faults planted in ${out} (seed ${key.seed}).`,
    'What the checks make of it:',
    '  dubscope new PROJECT',
    `  dubscope import PROJECT ${out}`,
    `  dubscope check PROJECT --against ${join(out, KEY_FILE)}`,
  ];
}
