import { expect, it } from 'vitest';
import { languagesOf } from '../../../core/evaluation/embeddings.ts';
import { exampleClip } from './examples.ts';

it('lists languages of originals first, then those of dubs, each part by tag', () => {
  const clips = [
    exampleClip(0, 'ja', ['it', 'de']),
    exampleClip(1, 'en', ['ja', 'pt-BR']),
    exampleClip(2, 'ja', ['en']),
  ];
  expect(languagesOf(clips)).toEqual({
    languages: ['en', 'ja', 'de', 'it', 'pt-BR'],
    originals: ['en', 'ja'],
  });
});
