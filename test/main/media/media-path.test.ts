/** Addresses of media: what is one, what is none, and which bytes a range means. */
import { describe, expect, it } from 'vitest';
import { parseMediaPath } from '../../../main/media/media-path.ts';
import { parseRange } from '../../../main/media/range.ts';
import { mediaUrl } from '../../../renderer/lib/media-url.ts';

describe('parseMediaPath', () => {
  it('reads what the page writes', () => {
    expect(parseMediaPath(mediaUrl('thumb', 's_1', { sec: 1.25 }))).toEqual({
      kind: 'thumb',
      id: 's_1',
      sec: 1.25,
    });
    expect(parseMediaPath(mediaUrl('video', 's:1.a'))).toEqual({ kind: 'video', id: 's:1.a' });
    expect(parseMediaPath(mediaUrl('sound', 'k_2', { from: 0, to: 10 }))).toEqual({
      kind: 'sound',
      id: 'k_2',
      startSec: 0,
      endSec: 10,
    });
    expect(parseMediaPath(mediaUrl('spectrum', 'k_2', { from: 0, to: 7200, columns: 1200 }))).toEqual({
      kind: 'spectrum',
      id: 'k_2',
      startSec: 0,
      endSec: 7200,
      columns: 1200,
    });
    expect(parseMediaPath('/media/thumb/s_1')).toEqual({ kind: 'thumb', id: 's_1', sec: 0 });
  });

  it.each([
    '/media/video/../../etc/passwd',
    '/media/video/..%2f..%2fetc%2fpasswd',
    '/media/video/%2e%2e',
    '/media/video//etc/passwd',
    '/media/video/C:\\Windows',
    '/media/video/a\0b',
    '/media/video/a?path=/etc/passwd',
    `/media/video/${'a'.repeat(65)}`,
    '/media/file/a',
    '/media/video',
    '/media/',
    '/x/media/video/a',
    '/media/sound/k',
    '/media/sound/k?from=0',
    '/media/sound/k?from=5&to=5',
    '/media/sound/k?from=-1&to=5',
    '/media/sound/k?from=0&to=1e9',
    '/media/sound/k?from=0&to=121',
    '/media/sound/k?from=NaN&to=1',
    '/media/spectrum/k',
    '/media/spectrum/k?from=0&to=1',
    '/media/spectrum/k?from=0&to=1&columns=0',
    '/media/spectrum/k?from=0&to=1&columns=2049',
    '/media/spectrum/k?from=0&to=1&columns=1.5',
    '/media/spectrum/k?from=2&to=1&columns=10',
    '/media/thumb/s?sec=9999999',
    '/media/thumb/s?sec=x',
    `/media/thumb/s?${'sec=1&'.repeat(200)}`,
  ])('takes %s for none', (url) => {
    expect(parseMediaPath(url)).toBeNull();
  });
});

describe('parseRange', () => {
  it.each([
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', null],
    ['bytes=0-1,5-6', null],
    ['bytes=-', null],
    ['items=0-1', null],
    ['bytes=a-b', null],
    ['bytes=99999999999999999-', null],
    [null, null],
  ] as const)('%s of 100 bytes', (header, wanted) => {
    expect(parseRange(header, 100)).toEqual(wanted);
  });
});
