import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  encodeEmbeddings,
  openEmbeddingFile,
  readEmbeddings,
} from '../../../core/evaluation/embedding-file.ts';
import { exampleClip, exampleEmbeddings } from './examples.ts';

const folder = await mkdtemp(join(tmpdir(), 'embeddings-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const clips = Array.from({ length: 9 }, (_, i) =>
  exampleClip(i, i % 4 === 0 ? 'fr' : 'en', i % 3 === 0 ? ['de'] : ['de', 'pt-BR']),
);
const embeddings = exampleEmbeddings(clips, { dim: 5, pull: 1 });
const path = join(folder, 'embeddings.safetensors');

describe('embeddings.safetensors', () => {
  it('gives back every bit, whole and clip by clip', async () => {
    await writeFile(path, encodeEmbeddings(embeddings));
    const file = await openEmbeddingFile(path);
    try {
      expect(file).toMatchObject({ dim: 5, clipCount: 9, languages: embeddings.languages });
      expect(await readEmbeddings(file, clips)).toEqual(embeddings);
      expect(await file.picture(7)).toEqual(embeddings.video.slice(35, 40));
      const portuguese = embeddings.audio.get('pt-BR')!;
      const row = portuguese.clipIndexes.indexOf(5);
      expect(await file.sound(5, 'pt-BR')).toEqual(portuguese.data.slice(row * 5, row * 5 + 5));
      expect(await file.sound(3, 'pt-BR')).toBeNull();
      expect(await file.sound(3, 'xx')).toBeNull();
    } finally {
      await file.close();
    }
  });

  it('is refused where it is missing, cut short, or something else', async () => {
    await expect(openEmbeddingFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const bytes = await readFile(path);
    for (const [name, data] of [
      ['short', bytes.subarray(0, bytes.length - 4)],
      ['tiny', bytes.subarray(0, 5)],
      ['text', Buffer.from('no embeddings at all, but long enough')],
    ] as const) {
      await writeFile(join(folder, name), data);
      await expect(openEmbeddingFile(join(folder, name))).rejects.toMatchObject({ code: 'CKPT_DAMAGED' });
    }
  });
});
