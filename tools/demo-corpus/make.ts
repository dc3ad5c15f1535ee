/**
 * Makes the demo corpus: `node tools/demo-corpus/make.ts [--out DIR] [--only TITLE]`, DIR is `demo` by default.
 * Needs ffmpeg with libx264 and libopus, and espeak-ng; with the same versions of them it makes the same bytes.
 * `--only` makes one title's media for a look and writes no truth.json.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import { createRng } from '../../core/rng.ts';
import { encodeScene } from './encode.ts';
import { renderFrames } from './look.ts';
import { type PlannedScene, planScenes } from './plan.ts';
import { SHOTS_PER_TITLE } from './titles.ts';
import { renderTracks } from './tracks.ts';
import { SEED, type TruthScene, truthOf } from './truth.ts';

const rng = createRng(SEED);
const scenes = planScenes(rng);

async function make(out: string, only: string | undefined): Promise<void> {
  const media = join(out, 'media');
  await mkdir(media, { recursive: true });
  const wanted = scenes.filter((scene) => only === undefined || scene.title.id === only);
  if (wanted.length === 0) throw new Error(`There is no title "${only}"; see tools/demo-corpus/titles.ts.`);
  const made: TruthScene[] = [];
  // Two lanes: one scene is drawn while the tools work on the other.
  const waiting = wanted.entries();
  const lane = async (): Promise<void> => {
    for (const [place, scene] of waiting) {
      made[place] = await makeScene(scene, media);
      if ((place + 1) % SHOTS_PER_TITLE === 0)
        process.stderr.write(`${place + 1} of ${wanted.length} scenes\n`);
    }
  };
  await Promise.all([lane(), lane()]);
  if (only !== undefined) return;
  const names = new Set(made.flatMap((scene) => scene.files.map((file) => file.name)));
  for (const name of await readdir(media)) if (!names.has(name)) await rm(join(media, name));
  await atomicWrite(join(out, 'truth.json'), truthOf(made));
}

async function makeScene(scene: PlannedScene, media: string): Promise<TruthScene> {
  const performance = scene.kind.compose(scene.parameters, rng.stream('performance', scene.index));
  const frames = renderFrames(scene.kind, performance, scene.parameters, rng, scene.index);
  const tracks = await renderTracks(scene, rng, sceneOf);
  return {
    title: scene.title.id,
    shot: scene.shot,
    split: scene.title.split,
    kind: scene.kind.name,
    parameters: scene.parameters,
    layout: scene.title.layout,
    languages: scene.title.languages,
    files: await encodeScene(scene, frames, tracks, media),
    lines: Object.fromEntries(tracks.map(({ language, text }) => [language, text])),
    gainsDb: Object.fromEntries(tracks.map(({ language, gainDb }) => [language, gainDb])),
  };
}

function sceneOf(title: string, shot: number): PlannedScene {
  const found = scenes.find((scene) => scene.title.id === title && scene.shot === shot);
  if (!found) throw new Error(`faults.ts names ${title} ${shot}, which does not exist.`);
  return found;
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'demo' }, only: { type: 'string' } },
});
await make(values.out, values.only);
