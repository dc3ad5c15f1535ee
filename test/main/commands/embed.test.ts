/** Features of the shared real files, through the command, with weights that are only drawn. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeightsFile } from '../../../core/model/weights/weights-file.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { PYTHON } from '../../core/model/weights/fixtures.ts';
import { hasSharedMedia, SHARED_MEDIA, treeHash } from '../../fixtures/media.ts';
import { command } from '../command.ts';

const ACTION = join(SHARED_MEDIA, 'action');
const ESC50 = join(SHARED_MEDIA, 'esc50');
if (PYTHON === null) process.stderr.write('NOT TESTED: features read by PyTorch (DUBSCOPE_TEST_PYTHON).\n');

type Metadata = { range: number[][][]; filepath: string[]; sample_rate: number[] };

describe.runIf(hasSharedMedia)('dubscope embed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dubscope-embed-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const metadataOf = (out: string, modality: string): Metadata =>
    JSON.parse(readFileSync(join(folder, out, modality, 'metadata.json'), 'utf8')) as Metadata;

  it('writes clips, crops and shapes as the official inference does', async () => {
    const before = [treeHash(ACTION), treeHash(ESC50)];
    const out = join(folder, 'official');
    const run = await command([
      'embed',
      ACTION,
      ESC50,
      '--weights',
      'untrained',
      '--out',
      out,
      '--format',
      'pt,npy',
      '--preset',
      'tiny',
    ]);
    expect(run.err).toBe('');
    expect(run.code).toBe(0);
    const video = metadataOf('official', 'video');
    const golf = video.filepath.findIndex((path) => path.endsWith('v_GolfSwing_g02_c01.avi'));
    expect(video.range[golf]!.length).toBe(2);
    expect(video.range[golf]![0]).toEqual([0, 3]);
    expect(video.range[golf]![1]![1]! - video.range[golf]![1]![0]!).toBeCloseTo(3, 9);
    expect(video.sample_rate[golf]).toBeCloseTo(29.97, 2);
    const audio = metadataOf('official', 'audio');
    expect(audio.filepath.map((path) => path.split('/').at(-1))).toEqual(readdirSync(ESC50).sort());
    for (const ranges of audio.range)
      expect(ranges).toEqual([
        [0, 144_000],
        [96_000, 240_000],
      ]);
    expect(new Set(audio.sample_rate)).toEqual(new Set([48_000]));

    const clips = video.range.flat().length;
    const shapes = { video: [clips, 5, 96], audio: [10, 96] };
    for (const [modality, shape] of Object.entries(shapes)) {
      const npy = readFileSync(join(out, modality, `${modality}.npy`));
      expect(npy.toString('latin1', 10, 120)).toContain(`'shape': (${shape.join(', ')})`);
      const numbers = shape.reduce((product, size) => product * size, 1);
      const values = new Float32Array(new Uint8Array(npy.subarray(npy.length - 4 * numbers)).buffer);
      expect(values.every(Number.isFinite)).toBe(true);
      const pt = readFileSync(join(out, modality, `${modality}.pt`));
      // The same numbers, stored as they are, 64-byte aligned.
      const bytes = Buffer.from(values.buffer);
      const at = pt.indexOf(bytes);
      expect(at % 64).toBe(0);
      expect(at).toBeGreaterThan(0);
      if (PYTHON === null) continue;
      const script =
        'import json,sys,torch,numpy as n\nt=torch.load(sys.argv[1],weights_only=True)\na=n.load(sys.argv[2])\nprint(json.dumps([list(t.shape),str(t.dtype),bool((t.numpy()==a).all())]))';
      const { stdout } = await spawnTool({
        tool: PYTHON,
        args: ['-c', script, join(out, modality, `${modality}.pt`), join(out, modality, `${modality}.npy`)],
      });
      expect(JSON.parse(stdout.toString('utf8'))).toEqual([shape, 'torch.float32', true]);
    }
    expect([treeHash(ACTION), treeHash(ESC50)]).toEqual(before);
  });

  it('gives a row what its own file gives alone, and the same bytes again', async () => {
    const one = join(ESC50, readdirSync(ESC50).sort()[1]!);
    const args = (out: string) => [
      'embed',
      one,
      '--weights',
      'untrained',
      '--preset',
      'tiny',
      '--out',
      join(folder, out),
      '--format',
      'npy',
    ];
    await command(args('alone'));
    await command(args('again'));
    const read = (out: string): Buffer => readFileSync(join(folder, out, 'audio', 'audio.npy'));
    expect(read('alone').equals(read('again'))).toBe(true);
    const all = read('official');
    const rows = read('alone').subarray(-2 * 96 * 4);
    const own = all.subarray(all.length - 10 * 96 * 4).subarray(2 * 96 * 4, 4 * 96 * 4);
    const [left, right] = [rows, own].map((bytes) => new Float32Array(new Uint8Array(bytes).buffer));
    for (const [i, value] of left!.entries()) expect(value).toBeCloseTo(right![i]!, 4);
  });

  it('goes on past what it can not read, and says so', async () => {
    const broken = join(folder, 'broken.wav');
    writeFileSync(broken, 'no sound at all');
    const out = join(folder, 'part');
    const run = await command([
      'embed',
      broken,
      join(ESC50, '1-137-A-32.wav'),
      '--weights',
      'untrained',
      '--preset',
      'tiny',
      '--out',
      out,
    ]);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/audio: 1 files, 2 clips, features \[2, 96\]\nleft out: broken\.wav .*\.\n/);
    expect(metadataOf('part', 'audio').filepath.length).toBe(1);
    expect(existsSync(join(out, 'video'))).toBe(false);
  });

  it('refuses in a sentence what can not be done', async () => {
    const of = async (...args: string[]): Promise<string> => (await command(['embed', ...args])).err;
    const out = join(folder, 'none');
    expect(await of(ESC50, '--out', out)).toMatch(/Either --weights or --project says/);
    expect(await of(ESC50, '--out', join(folder, 'official'), '--weights', 'untrained')).toMatch(
      /is not empty\. Nothing was written/,
    );
    expect(await of(ESC50, '--out', out, '--weights', 'untrained', '--format', 'zip')).toMatch(
      /"zip" is no format/,
    );
    expect(await of(ESC50, '--out', out, '--weights', 'untrained', '--modality', 'video')).toMatch(
      /There is no video file/,
    );
    expect(await of(join(folder, 'gone'), '--out', out, '--weights', 'untrained')).toMatch(
      /is not there\. Nothing was done/,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('is a table of tensors to nobody: the file is one tensor', async () => {
    await expect(openWeightsFile(join(folder, 'official', 'audio', 'audio.pt'))).rejects.toThrow();
  });
});
