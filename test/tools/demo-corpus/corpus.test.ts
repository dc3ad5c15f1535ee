import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import { createRng } from '../../../core/rng.ts';
import { renderFrames } from '../../../tools/demo-corpus/look.ts';
import { planScenes } from '../../../tools/demo-corpus/plan.ts';
import { SEED } from '../../../tools/demo-corpus/truth.ts';
import {
  correlation,
  decodeTrack,
  levelDb,
  likenessAt,
  MEDIA,
  phaseCorrelation,
  pooledLagMs,
  SAMPLES,
  sceneOf,
  truth,
} from './corpus.ts';

const offsets = truth.faults.filter((fault) => fault.kind === 'offset');
const shotFaults = truth.faults.filter((fault) => fault.kind !== 'offset');

describe('truth.json', () => {
  test('counts 96 training and 48 held-out scenes, eight and four of each kind', () => {
    const counts = new Map<string, number>();
    for (const { kind, split } of truth.scenes)
      counts.set(`${kind} ${split}`, (counts.get(`${kind} ${split}`) ?? 0) + 1);
    expect(truth.titles).toHaveLength(24);
    expect(truth.scenes).toHaveLength(144);
    expect(counts.size).toBe(24);
    for (const [name, count] of counts) expect(count, name).toBe(name.endsWith('train') ? 8 : 4);
  });

  test('has an original and three dubs or more in every scene, and six kinds in every title', () => {
    for (const scene of truth.scenes) {
      expect(scene.languages[0]).toBe('en');
      expect(scene.languages.length).toBeGreaterThanOrEqual(4);
      expect(scene.files.flatMap(({ languages }) => languages).toSorted()).toEqual(
        scene.languages.toSorted(),
      );
    }
    for (const { id } of truth.titles) {
      expect(new Set(truth.scenes.filter(({ title }) => title === id).map(({ kind }) => kind)).size).toBe(6);
    }
  });

  test('plants each offset once and three of each other fault, none on top of another', () => {
    expect(offsets.map(({ offsetMs }) => offsetMs).toSorted((a, b) => a - b)).toEqual([
      -600, -400, -250, -120, -40, -25, 25, 40, 120, 250, 400, 600,
    ]);
    for (const kind of ['silent', 'clipped', 'original-again', 'other-scene', 'too-quiet']) {
      expect(
        shotFaults.filter((fault) => fault.kind === kind),
        kind,
      ).toHaveLength(3);
    }
    const places = shotFaults.map(({ title, shot }) => `${title} ${shot}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { title, language, kind } of truth.faults) {
      expect(truth.titles.find(({ id }) => id === title)?.languages, `${kind} in ${title}`).toContain(
        language,
      );
      const shifted = offsets.some((fault) => fault.title === title && fault.language === language);
      expect(shifted, `${kind} in ${title} ${language}`).toBe(kind === 'offset');
    }
  });

  test('names the files of demo/media and no others, under 14 MB together', () => {
    const named = truth.scenes.flatMap(({ files }) => files.map(({ name }) => name));
    expect(readdirSync(MEDIA).toSorted()).toEqual(named.toSorted());
    const bytes = named.reduce((sum, name) => sum + statSync(join(MEDIA, name)).size, 0);
    expect(bytes).toBeLessThan(14e6);
  });

  test('says what the generator plans, and the media show what it draws', async () => {
    const rng = createRng(SEED);
    const plans = planScenes(rng);
    for (const [i, plan] of plans.entries()) {
      expect(truth.scenes[i]).toMatchObject({
        kind: plan.kind.name,
        parameters: plan.parameters,
        shot: plan.shot,
      });
    }
    for (const plan of plans.filter(({ index }) => index % 29 === 0)) {
      const performance = plan.kind.compose(plan.parameters, rng.stream('performance', plan.index));
      const drawn = renderFrames(plan.kind, performance, plan.parameters, rng, plan.index);
      const file = join(MEDIA, truth.scenes[plan.index]!.files[0]!.name);
      const raw = ['-map', '0:v', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
      const { stdout } = await spawnTool({
        tool: locateMediaTools().ffmpegPath,
        args: ['-v', 'error', '-i', file, ...raw],
      });
      expect(stdout.length).toBe(drawn.length);
      const error = drawn.reduce((sum, value, i) => sum + (value - stdout[i]!) ** 2, 0) / drawn.length;
      expect(10 * Math.log10(255 ** 2 / error), file).toBeGreaterThan(24);
    }
  });
});

describe('file layouts', () => {
  test.each(['mkv', 'mp4'] as const)(
    '%s carries a tagged track a language, original and dubs flagged',
    async (layout) => {
      const scene = truth.scenes.find((candidate) => candidate.layout === layout)!;
      const shown = [
        '-show_entries',
        'stream=codec_type:stream_tags=language:stream_disposition=original,dub',
      ];
      const file = join(MEDIA, scene.files[0]!.name);
      const { stdout } = await spawnTool({
        tool: locateMediaTools().ffprobePath,
        args: ['-v', 'error', ...shown, '-of', 'json', file],
      });
      const { streams } = JSON.parse(stdout.toString()) as {
        streams: {
          codec_type: string;
          tags: { language?: string };
          disposition: { original: number; dub: number };
        }[];
      };
      const audio = streams.filter(({ codec_type }) => codec_type === 'audio');
      const codes =
        layout === 'mkv' ? ['eng', 'ger', 'spa', 'fre', 'ita'] : ['eng', 'deu', 'spa', 'fra', 'ita'];
      expect(audio.map(({ tags }) => tags.language)).toEqual(codes.slice(0, audio.length));
      expect(audio.map(({ disposition }) => disposition.dub)).toEqual(audio.map((_, i) => Number(i > 0)));
      // MP4 has no way to say it.
      expect(audio[0]!.disposition.original).toBe(layout === 'mkv' ? 1 : 0);
    },
  );

  test('all four are there', () => {
    expect(new Set(truth.scenes.map(({ layout }) => layout)).size).toBe(4);
    const extensions = truth.scenes.flatMap(({ files }) => files.map(({ name }) => name.split('.').at(-1)));
    expect([...new Set(extensions)].toSorted()).toEqual(['flac', 'm4a', 'mkv', 'mp4', 'opus']);
  });
});

describe('planted faults in the decoded sound', () => {
  test.each(offsets)('$title $language sounds $offsetMs ms late in every shot together', async (fault) => {
    const shots = truth.scenes.filter(({ title }) => title === fault.title);
    const correlations: Float32Array[] = [];
    for (const scene of shots.filter(({ shot }) => shot % 2 === 1)) {
      correlations.push(await correlateWithOriginal(scene.title, scene.shot, fault.language));
    }
    expect(Math.abs(pooledLagMs(correlations) - fault.offsetMs)).toBeLessThan(0.2);
    for (const values of correlations)
      expect(likenessAt(values, fault.offsetMs)).toBeGreaterThan(CLEAN_LIKENESS);
  });

  test.each(shotFaults)('$title $shot $language is $kind', async (fault) => {
    const { title, shot, language } = fault;
    const [original, dub] = await Promise.all([
      decodeTrack(sceneOf(title, shot), 'en'),
      decodeTrack(sceneOf(title, shot), language),
    ]);
    if (fault.kind === 'silent') expect(levelDb(dub)).toBeLessThan(-80);
    if (fault.kind === 'clipped') expect(nearFullScale(dub)).toBeGreaterThan(0.01);
    if (fault.kind === 'original-again') expect(correlation(original, dub)).toBeGreaterThan(0.95);
    if (fault.kind === 'too-quiet') expect(levelDb(dub) - levelDb(original)).toBeLessThan(-15);
    if (fault.kind === 'other-scene') {
      const source = await decodeTrack(sceneOf(fault.source.title, fault.source.shot), 'en');
      expect(likenessAt(await phaseCorrelation(original, dub), 0)).toBeLessThan(STRANGER_LIKENESS);
      expect(likenessAt(await phaseCorrelation(source, dub), 0)).toBeGreaterThan(CLEAN_LIKENESS);
    }
  });
});

describe('clean dubs in the decoded sound', () => {
  const clean = truth.titles.map((title, i) => {
    const languages = title.languages.filter((language) => {
      return (
        language !== 'en' &&
        !truth.faults.some((fault) => fault.title === title.id && fault.language === language)
      );
    });
    return { title: title.id, language: languages[i % languages.length]!, shot: 1 + (i % 6) };
  });

  test.each(clean)('$title $shot $language', async ({ title, language, shot }) => {
    const original = await decodeTrack(sceneOf(title, shot), 'en');
    const dub = await decodeTrack(sceneOf(title, shot), language);
    expect(original).toHaveLength(SAMPLES);
    expect(dub).toHaveLength(SAMPLES);
    expect(Math.abs(levelDb(dub) - levelDb(original))).toBeLessThan(7);
    expect(nearFullScale(dub)).toBe(0);
    expect(correlation(original, dub)).toBeLessThan(0.8);
    expect(likenessAt(await phaseCorrelation(original, dub), 0)).toBeGreaterThan(CLEAN_LIKENESS);
  });
});

/** A clean dub is more like its original, a stranger's less, in standard deviations of the phase correlation. */
const CLEAN_LIKENESS = 9;
const STRANGER_LIKENESS = 6;

async function correlateWithOriginal(
  title: string,
  shot: number,
  language: 'de' | 'es' | 'fr' | 'it' | 'en',
) {
  const scene = sceneOf(title, shot);
  return phaseCorrelation(await decodeTrack(scene, 'en'), await decodeTrack(scene, language));
}

function nearFullScale(samples: Float32Array): number {
  return samples.filter((sample) => Math.abs(sample) > 0.97).length / samples.length;
}
