/** Draws docs/pictures/check-*.svg: `node tools/check-pictures/make.ts`. The same code and corpus draw the same files. */
import { fileURLToPath } from 'node:url';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import { drawPicture } from './draw.ts';
import { PICTURES, type Stock } from './pictures.ts';
import { soundsOf } from './sounds.ts';

/** The sounds of all pictures. */
export async function loadStock(): Promise<Stock> {
  const first = await soundsOf('quiet-platform_01');
  const shots = [first];
  for (let i = 2; i <= 6; i += 1) shots.push(await soundsOf(`quiet-platform_0${i}`));
  return { shots, first, other: await soundsOf('yellow-door_02') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stock = await loadStock();
  for (const [code, make] of Object.entries(PICTURES)) {
    const path = fileURLToPath(new URL(`../../docs/pictures/check-${code}.svg`, import.meta.url));
    await atomicWrite(path, drawPicture(make(stock)));
  }
}
