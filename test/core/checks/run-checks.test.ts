/** The whole of the checks on sounds made for the purpose. */
import { describe, expect, it } from 'vitest';
import type { CheckInput } from '../../../core/checks/check-input.ts';
import { type CheckResult, runChecks } from '../../../core/checks/run-checks.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import type { TrackRole } from '../../../core/domain/media.ts';
import { createRng } from '../../../core/rng.ts';
import { reencode } from '../align/reencode.ts';
import { filteredNoise, makeBed, makeTrack, makeVoice, RATE_HZ, scaled } from '../align/synthetic-sound.ts';
import { heardSourceOf } from './heard-source.ts';

const SHOT_SEC = 4;

/** Sounds by `title/shot/language`; a language may carry a role after a colon. The first is the original. */
class Project {
  readonly sounds = new Map<string, Float32Array>();
  readonly input: CheckInput = { titles: [] };
  read: string[] = [];

  add(titleName: string, shotName: string, tracks: Record<string, Float32Array>): void {
    let title = this.input.titles.find(({ name }) => name === titleName);
    if (title === undefined) {
      title = { titleId: titleName, name: titleName, originalLanguage: 'en' as LanguageTag, shots: [] };
      this.input.titles.push(title);
    }
    title.shots.push({
      shotId: `${titleName}/${shotName}`,
      name: shotName,
      durationSec: SHOT_SEC,
      tracks: Object.entries(tracks).map(([key, samples], i) => {
        const [language, role] = key.split(':') as [string, TrackRole | undefined];
        const path = `${titleName}/${shotName}/${key}`;
        this.sounds.set(path, samples);
        return {
          trackId: path,
          language: language as LanguageTag,
          role: role ?? (i === 0 ? 'original' : 'dub'),
          source: { path, streamIndex: 0, sha256: '' },
        };
      }),
    });
  }

  check(options: { signal?: AbortSignal; steps?: string[] } = {}): Promise<CheckResult> {
    return runChecks(this.input, {
      openTrack: async ({ path }) => {
        this.read.push(path);
        return heardSourceOf(this.sounds.get(path)!);
      },
      signal: options.signal,
      onProgress: ({ step, done, total }) => options.steps?.push(`${step} ${done}/${total}`),
    });
  }
}

/** A clean scene: one bed, a voice for each language, `offsets` ms late. */
function scene(seed: number, offsets: Record<string, number> = {}): Record<string, Float32Array> {
  const bed = makeBed(seed, SHOT_SEC);
  return Object.fromEntries(
    ['en', 'de', 'es', 'fr'].map((language, i) => [
      language,
      makeTrack(bed, { voiceSeed: 10 * seed + i, voiceGain: 0.5, offsetMs: offsets[language] ?? 0 }),
    ]),
  );
}

function said({ findings }: CheckResult): string[] {
  return findings
    .filter(({ code }) => code !== 'outside-window')
    .map(
      ({ code, severity, trackId, titleId, language }) =>
        `${severity} ${code} ${trackId ?? `${titleId} ${language}`}`,
    )
    .sort();
}

function offsetsOf(result: CheckResult, titleId: string): Record<string, number | null> {
  const own = result.alignments.filter((alignment) => alignment.titleId === titleId);
  return Object.fromEntries(
    own.map(({ language, offsetMs }) => [language, offsetMs === null ? null : Math.round(offsetMs) + 0]),
  );
}

describe('runChecks', () => {
  it('says nothing of clean scenes and measures their shifts', async () => {
    const project = new Project();
    for (const seed of [1, 2, 3]) project.add('clean', `${seed}`, scene(seed, { es: -1 }));
    const steps: string[] = [];
    const result = await project.check({ steps });
    expect(said(result)).toEqual([]);
    expect(offsetsOf(result, 'clean')).toEqual({ de: 0, es: -1, fr: 0 });
    expect(result.alignments[0]).toMatchObject({ source: 'measured', shotCount: 3, confidence: 0.995 });
    expect(steps.filter((step) => step.startsWith('listen'))).toHaveLength(12);
    expect(steps.at(-1)).toBe('listen 12/12');
  });

  it('finds every planted fault, each with its severity, and no other', async () => {
    const project = new Project();
    for (const seed of [1, 2, 3, 4, 5]) {
      const tracks = scene(seed, { es: 120 });
      if (seed === 1) tracks.de = new Float32Array(SHOT_SEC * RATE_HZ);
      if (seed === 2)
        tracks.fr = await reencode(scaled(tracks.en!, 0.5), ['-c:a', 'aac', '-b:a', '64k'], 'm4a');
      if (seed === 3) tracks.de = scene(11).de!;
      if (seed === 4) tracks.fr = scaled(tracks.fr!, 0.1);
      if (seed === 5) tracks.de = tracks.de!.map((x) => Math.max(-0.99, Math.min(0.99, 12 * x)));
      project.add('faulty', `${seed}`, tracks);
    }
    project.add('other', 'a', scene(11));
    const result = await project.check();
    expect(said(result)).toEqual(
      [
        'fault clipped faulty/5/de',
        'fault same-as-original faulty/2/fr',
        'fault shares-nothing faulty/3/de',
        'fault silent faulty/1/de',
        'warning level-difference faulty/4/fr',
        'warning level-difference faulty/5/de',
        'warning offset faulty es',
      ].sort(),
    );
    expect(offsetsOf(result, 'faulty')).toEqual({ de: 0, es: 120, fr: 0 });
    const foreign = result.findings.find(({ code }) => code === 'shares-nothing')!;
    expect(foreign.sentence).toContain('It is the sound of shot a of "other" (German).');
    expect(foreign.numbers).toMatchObject({ foundTitle: 'other', foundShot: 'a', foundLanguage: 'de' });
  });

  it('does not let a copy of the original, alone in being clear, decide the shift of its title', async () => {
    const project = new Project();
    for (const seed of [21, 22, 23]) {
      const tracks = scene(seed, { de: 300, es: 300, fr: 300 });
      if (seed === 21) tracks.fr = tracks.en!.slice();
      project.add('title', `${seed}`, tracks);
    }
    expect(offsetsOf(await project.check(), 'title')).toEqual({ de: 300, es: 300, fr: 300 });
  });

  it('claims nothing where two people talk in an empty room', async () => {
    const project = new Project();
    project.add('room', '1', {
      en: makeVoice(71, SHOT_SEC),
      de: makeVoice(72, SHOT_SEC),
      fr: makeVoice(73, SHOT_SEC),
    });
    const result = await project.check();
    expect(said(result)).toEqual(['info offset-unknown room de', 'info offset-unknown room fr']);
    expect(result.alignments.every(({ offsetMs, confidence }) => offsetMs === null && confidence < 0.5)).toBe(
      true,
    );
  });

  it('takes a shot without words for what it is', async () => {
    const project = new Project();
    const bed = makeBed(31, SHOT_SEC);
    project.add('nature', '1', { en: bed, de: scaled(bed, 0.8), fr: scaled(bed, 1.1) });
    expect(said(await project.check())).toEqual([
      'info no-speech nature/1/de',
      'info no-speech nature/1/fr',
      'info same-as-original nature/1/de',
      'info same-as-original nature/1/fr',
    ]);
  });

  it('does not call a dub foreign that is only farther off than it looks, or upside down', async () => {
    const project = new Project();
    const tracks = scene(41);
    const far = new Float32Array(SHOT_SEC * RATE_HZ);
    far.set(tracks.fr!.subarray(0, far.length - 2.5 * RATE_HZ), 2.5 * RATE_HZ);
    project.add('far', '1', { ...tracks, fr: far, de: scaled(tracks.de!, -1) });
    expect(said(await project.check()).filter((text) => text.includes('shares-nothing'))).toEqual([]);
  });

  it('warns of one shot that sits elsewhere than its title', async () => {
    const project = new Project();
    for (const seed of [51, 52, 53])
      project.add('title', `${seed}`, scene(seed, seed === 52 ? { fr: 90 } : {}));
    const result = await project.check();
    expect(said(result)).toEqual(['warning offset-shot title/52/fr']);
    expect(offsetsOf(result, 'title')).toEqual({ de: 0, es: 0, fr: 0 });
  });

  it('hears a silent original, and leaves commentary and description alone', async () => {
    const project = new Project();
    const tracks = scene(61);
    const hiss = filteredNoise(createRng(1).stream('hiss'), SHOT_SEC, 1e-5);
    project.add('mute', '1', { ...tracks, en: hiss });
    project.add('rich', '1', {
      ...scene(62),
      'en:commentary': makeVoice(1, SHOT_SEC),
      'en:audio-description': hiss,
    });
    const result = await project.check();
    expect(said(result).filter((text) => text.startsWith('warning'))).toEqual([
      'warning silent mute/1/de',
      'warning silent mute/1/es',
      'warning silent mute/1/fr',
    ]);
    expect(offsetsOf(result, 'mute')).toEqual({ de: null, es: null, fr: null });
    expect(offsetsOf(result, 'rich')).toEqual({ de: 0, es: 0, fr: 0 });
    expect(project.read.some((path) => /commentary|description/.test(path))).toBe(false);
  });

  it('gives the same answer twice', async () => {
    const project = new Project();
    project.add('title', '1', scene(91, { es: 40 }));
    expect(await project.check()).toEqual(await project.check());
  });

  it('stops when asked, and passes on what reading throws', async () => {
    const project = new Project();
    for (const seed of [1, 2, 3]) project.add('title', `${seed}`, scene(seed));
    const controller = new AbortController();
    const check = runChecks(project.input, {
      openTrack: async ({ path }) => {
        if (path.includes('/2/')) controller.abort();
        return heardSourceOf(project.sounds.get(path)!);
      },
      signal: controller.signal,
    });
    await expect(check).rejects.toThrow(/abort/i);
    const failing = runChecks(project.input, {
      openTrack: () => Promise.reject(new Error('cannot be decoded')),
    });
    await expect(failing).rejects.toThrow('cannot be decoded');
  });

  it('has nothing to say of nothing', async () => {
    expect(
      await runChecks({ titles: [] }, { openTrack: async () => heardSourceOf(new Float32Array(0)) }),
    ).toEqual({
      alignments: [],
      findings: [],
    });
  });
});
