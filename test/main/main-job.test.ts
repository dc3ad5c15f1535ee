/** The main job through the real command line on real dubs: import to report, Ctrl-C and a full disk included. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../fixtures/media.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, ended, json, startCommand } from './command.ts';

const temporary = temporaryFolder();
const project = join(temporary.folder, 'real.dubscope');
const media = join(temporary.folder, 'media');
afterAll(() => temporary.remove());

describe.runIf(hasSharedMedia)('the main job on real dubs', () => {
  let before = '';
  beforeAll(() => {
    mkdirSync(media);
    for (const name of readdirSync(REAL_DUBS).filter((file) => /^(81056348|1532254)_/.test(file))) {
      cpSync(join(REAL_DUBS, name), join(media, name));
    }
    writeFileSync(join(media, 'empty_1_de.mp4'), '');
    writeFileSync(join(media, 'words_1_de.mp4'), 'these are only words');
    writeFileSync(join(media, 'list_1_de.mp4'), '#EXTM3U\nfile:///etc/passwd\n');
    writeFileSync(join(media, '-version'), 'x');
    writeFileSync(join(media, '-version.mp4'), 'x');
    before = treeHash(media);
  });

  it('imports what is good and names what is not', async () => {
    await command(['new', project]);
    const answer = await json(['import', project, media]);
    expect(answer).toMatchObject({ exitCode: 0, ok: true, value: { titles: 2, shots: 3, files: 18 } });
    const { refused } = answer.value as { refused: { path: string; code: string; message: string }[] };
    const codes = Object.fromEntries(refused.map((row) => [row.path.split('/').at(-1), row.code]));
    expect(codes).toMatchObject({
      'empty_1_de.mp4': 'MEDIA_EMPTY',
      'words_1_de.mp4': 'MEDIA_UNKNOWN',
      'list_1_de.mp4': 'MEDIA_IS_PLAYLIST',
      '-version.mp4': 'MEDIA_UNKNOWN',
    });
    for (const row of refused) expect(row.message).toMatch(/not imported/);
    expect(treeHash(media)).toBe(before);
  });

  it('importing again changes nothing', async () => {
    expect(await json(['import', project, media])).toMatchObject({ value: { titles: 0, pairs: 0 } });
  });

  it('measures the offsets of title 81056348, and shot 1532254_10, within 1 ms', async () => {
    const answer = await json(['check', project]);
    const { alignments } = answer.value as {
      alignments: { titleId: string; language: string; offsetMs: number | null }[];
    };
    const titles = (await json(['titles', project])).value as { id: string; name: string }[];
    const offset = (title: string, language: string): number | null => {
      const id = titles.find((candidate) => candidate.name === title)?.id;
      return alignments.find((a) => a.titleId === id && a.language === language)?.offsetMs ?? null;
    };
    const expected = { es: -23.4, it: -41.8, de: 0, fr: 0, ja: 0 };
    for (const [language, expectedMs] of Object.entries(expected)) {
      expect(offset('81056348', language), language).not.toBeNull();
      expect(Math.abs(offset('81056348', language)! - expectedMs), language).toBeLessThan(1);
      expect(Math.abs(offset('1532254', language) ?? Number.NaN), language).toBeLessThan(1);
    }
  });

  it('decides as suggested, and undoes it', async () => {
    const decided = await json(['decide', project, '--suggested']);
    const { accepted } = decided.value as { accepted: number };
    expect(accepted).toBeGreaterThan(10);
    expect(await command(['undo', project])).toMatchObject({ code: 0 });
    expect(await json(['pairs', project, '--state', 'accepted', '--count'])).toMatchObject({
      value: { total: 0 },
    });
    await command(['redo', project]);
    expect(await json(['pairs', project, '--state', 'accepted', '--count'])).toMatchObject({
      value: { total: accepted },
    });
  });

  const train = [
    'train',
    project,
    '--state',
    'accepted',
    '--batch-size',
    '4',
    '--set',
    'checkpointEverySteps=2',
  ];

  it('stops a training on Ctrl-C, leaves no process behind, and goes on later', async () => {
    const child = startCommand([...train, '--epochs', '2000']);
    await until(
      () =>
        existsSync(join(project, 'runs', 'run-1', 'checkpoints')) &&
        readdirSync(join(project, 'runs', 'run-1', 'checkpoints')).some((name) => /^ck-\d+$/.test(name)),
    );
    const workers = childrenOf(child.pid!);
    expect(workers.length).toBeGreaterThan(0);
    child.kill('SIGINT');
    expect((await ended(child)).code).toBe(130);
    for (const pid of workers) expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(await json(['runs', project])).toMatchObject({ value: [{ id: 'run-1', state: 'stopped' }] });
  });

  it('goes on after the command itself was killed', async () => {
    const steps = (): number =>
      readFileSync(join(project, 'runs', 'run-1', 'metrics.jsonl'), 'utf8').split('\n').length - 1;
    const stoppedAt = steps();
    const child = startCommand(['train', project, '--resume', 'run-1']);
    await until(() => steps() > stoppedAt + 2);
    const workers = childrenOf(child.pid!);
    child.kill('SIGKILL');
    await ended(child);
    await until(() => workers.every((pid) => !existsSync(`/proc/${pid}`)));
    expect(await command(['lint', project])).toMatchObject({ code: 0 });
  });

  it('trains, evaluates and writes a report with a picture', async () => {
    expect(await json([...train, '--epochs', '3'])).toMatchObject({ ok: true, value: { state: 'finished' } });
    const evaluated = await json(['evaluate', project, '--state', 'accepted']);
    expect(evaluated).toMatchObject({
      ok: true,
      value: { languages: expect.arrayContaining(['en', 'de', 'ja']) },
    });
    const report = await json(['report', project]);
    const { folder } = report.value as { folder: string };
    for (const name of [
      'report.html',
      'heatmap.png',
      'heatmap.svg',
      'matrix.csv',
      'retrieval.csv',
      'evaluation.json',
    ]) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    expect(readFileSync(join(folder, 'heatmap.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(treeHash(media)).toBe(before);
  });

  it('says when decoded windows find no room and when a checkpoint is damaged, and goes on', async () => {
    const runs = (await json(['runs', project])).value as { id: string }[];
    const checkpoints = join(project, 'runs', runs[0]!.id, 'checkpoints');
    const newest = readdirSync(checkpoints).toSorted().at(-1)!;
    cpSync(join(checkpoints, newest), join(checkpoints, 'ck-000000999'), { recursive: true });
    writeFileSync(join(checkpoints, 'ck-000000999', 'weights.safetensors'), 'nonsense');
    rmSync(join(project, 'cache', 'windows'), { recursive: true });
    const { code, out, err } = await command(['evaluate', project, '--state', 'accepted', '--json'], {
      DUBSCOPE_CACHE_LIMIT_GB: '0',
    });
    expect(err).toMatch(/^Warning \(Evaluate run-\d+\): The cache of decoded windows has room for 0 of/m);
    expect(err).toMatch(/^Warning \(Evaluate run-\d+\): The checkpoint .*ck-000000999 is damaged/m);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, value: { checkpoint: newest } });
  });

  it.runIf(canMount())('says when the disk is full, and loses nothing', async () => {
    const disk = join(temporary.folder, 'disk');
    mkdirSync(disk);
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
    try {
      const full = join(disk, 'p');
      const filler = join(disk, 'filler');
      const fill = (leftBytes: number): void => {
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
      };
      await command(['new', full]);
      fill(500_000);
      expect(await json(['import', full, media])).toMatchObject({
        exitCode: 5,
        error: { code: 'DISK_FULL' },
      });
      rmSync(filler);
      expect(await json(['import', full, media])).toMatchObject({ ok: true });
      await command(['decide', full, '--accept', '--all']);
      fill(700_000);
      const answer = await json(['train', full, '--state', 'accepted', '--batch-size', '4', '--epochs', '1']);
      expect(answer).toMatchObject({ exitCode: 5, error: { code: 'CKPT_DISK_FULL' } });
      expect(await json(['info', full])).toMatchObject({ value: { titleCount: 2 } });
      expect(await json(['pairs', full, '--state', 'accepted', '--count'])).toMatchObject({ ok: true });
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.folder]).status === 0;
  if (mounted) spawnSync('umount', [folder.folder]);
  else process.stderr.write('NOT TESTED on a full disk: a small file system cannot be mounted here.\n');
  folder.remove();
  return mounted;
}

function childrenOf(pid: number): number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 600; waited += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not happen within a minute.');
}
