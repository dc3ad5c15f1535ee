/** Media over HTTP, asked by one who may: ids, ranges, spectrograms. Who may not is in routes-security.test.ts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PALETTE_BYTES, rowHz, SPECTRUM_ROWS } from '../../../core/domain/spectrogram.ts';
import { scaleColour } from '../../../core/evaluation/colour-scale.ts';
import { mediaUrl } from '../../../renderer/lib/media-url.ts';
import { bearer, type Got, type Sent, sendTo } from './ask.ts';
import { type ServedFilms, serveFilms } from './real-media.ts';

const COLUMNS = 9;
let films: ServedFilms;
const send = (sent: Sent): Promise<Got> => sendTo(films.served.running, sent);
const token = (): Record<string, string> => bearer(films.served.running);

beforeAll(async () => {
  films = await serveFilms(undefined, 1);
});
afterAll(() => films.close());

it('media answers only ids of the right kind that are in the project', async () => {
  const ids = [films.titleId, films.pairId, 'nothing', 's_0_0', '..', '.', '...'];
  for (const id of [...ids, films.trackId]) {
    const ofShot = await send({ method: 'GET', path: `/media/video/${id}`, headers: token() });
    expect([400, 404], `video of ${id}`).toContain(ofShot.status);
    const still = await send({ method: 'GET', path: `/media/thumb/${id}?sec=1`, headers: token() });
    expect([400, 404], `picture of ${id}`).toContain(still.status);
  }
  for (const id of [...ids, films.shotId]) {
    const sound = await send({ method: 'GET', path: `/media/sound/${id}?from=0&to=1`, headers: token() });
    expect([400, 404], `sound of ${id}`).toContain(sound.status);
    const drawn = `/media/spectrum/${id}?from=0&to=1&columns=9`;
    expect([400, 404], `spectrogram of ${id}`).toContain(
      (await send({ method: 'GET', path: drawn, headers: token() })).status,
    );
  }
});

it('media gives ranges as asked and nothing beyond the file', async () => {
  const path = mediaUrl('video', films.shotId);
  const whole = await send({ method: 'GET', path, headers: token() });
  const size = whole.bytes.length;
  const part = (range: string): Promise<Got> =>
    send({ method: 'GET', path, headers: { ...token(), Range: range } });
  expect((await part('bytes=10-19')).bytes).toEqual(whole.bytes.subarray(10, 20));
  expect((await part('bytes=-10')).bytes).toEqual(whole.bytes.subarray(size - 10));
  expect((await part(`bytes=${size - 5}-${size + 999_999}`)).bytes).toEqual(whole.bytes.subarray(size - 5));
  expect((await part(`bytes=${size}-`)).status).toBe(416);
  for (const odd of ['bytes=5-2', 'bytes=a-b', 'bytes=0-1,5-9', 'items=0-5', 'bytes=--5']) {
    const { status, bytes } = await part(odd);
    expect([status, bytes.length], odd).toEqual([200, size]);
  }
});

it('a spectrogram is the colours of heatmaps and a byte for each row of each column', async () => {
  const path = mediaUrl('spectrum', films.trackId, { from: 0, to: 1, columns: COLUMNS });
  const { status, bytes } = await send({ method: 'GET', path, headers: token() });
  expect([status, bytes.length]).toEqual([200, PALETTE_BYTES + COLUMNS * SPECTRUM_ROWS]);
  const colour = (i: number): string => `#${Buffer.from(bytes.subarray(3 * i, 3 * i + 3)).toString('hex')}`;
  for (const i of [0, 100, 255]) expect(colour(i)).toBe(scaleColour(i / 255));
  // The film's sound is a tone of 300 Hz.
  const middle = Array.from({ length: SPECTRUM_ROWS }, (_, row) => bytes[PALETTE_BYTES + COLUMNS * row + 4]!);
  const loudestHz = rowHz(middle.indexOf(Math.max(...middle)));
  expect(loudestHz).toBeGreaterThan(280);
  expect(loudestHz).toBeLessThan(320);
});
