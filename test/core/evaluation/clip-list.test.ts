import { describe, expect, it } from 'vitest';
import { decodeClipList, encodeClipList } from '../../../core/evaluation/clip-list.ts';
import { exampleClip } from './examples.ts';

describe('clip-list.json', () => {
  it('keeps what a clip is, and none of its paths', () => {
    const text = encodeClipList([exampleClip(1, 'en', ['de']), exampleClip(2, 'fr', [])]);
    expect(text).not.toContain('/media');
    expect(decodeClipList(text)).toEqual([
      {
        clipId: 'c1',
        titleId: 't1',
        titleName: 'title 1',
        shotName: '1',
        timeWindow: { startSec: 0, endSec: 3 },
        originalLanguage: 'en',
      },
      {
        clipId: 'c2',
        titleId: 't2',
        titleName: 'title 2',
        shotName: '1',
        timeWindow: { startSec: 0, endSec: 3 },
        originalLanguage: 'fr',
      },
    ]);
  });

  it.each(['', '{}', '{"version":2,"clips":[]}', '[]'])('says that %j is damaged', (text) => {
    expect(() => decodeClipList(text)).toThrow(/clip-list\.json\) is damaged or of another version/);
  });
});
