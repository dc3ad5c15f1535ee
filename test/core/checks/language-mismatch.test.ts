/** Spoken language against the tag, learned from the project: dubs filed under another language are planted. */
import { beforeAll, describe, expect, it } from 'vitest';
import { hearTrackVoice, speechOf } from '../../../core/checks/hear-speech.ts';
import type { HeardSpeech, HeardTitle } from '../../../core/checks/heard.ts';
import { checkLanguages } from '../../../core/checks/language-mismatch.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { loadVoiceDetector } from '../../../core/speech/voice-detector.ts';
import { demoTitles, hasDemo, hasReal, realTitles, type SpeechTitle } from '../speech/speech-media.ts';
import { original, shot, title, track } from './heard-builder.ts';
import { readerOf } from './heard-source.ts';

async function speechIn(samples: Float32Array): Promise<HeardSpeech> {
  return speechOf(await hearTrackVoice(readerOf(samples), null, await loadVoiceDetector()), null);
}

async function hear({ name, shots }: SpeechTitle): Promise<HeardTitle> {
  const heard = [];
  for (const each of shots) {
    const dubs = [];
    for (const { language, samples } of each.dubs) {
      dubs.push(track(language, each.name, { speech: await speechIn(samples) }));
    }
    heard.push(
      shot(each.name, dubs, { original: original(each.name, { speech: await speechIn(each.original) }) }),
    );
  }
  return { ...title(heard), titleId: name, name };
}

async function hearAll(titles: SpeechTitle[]): Promise<HeardTitle[]> {
  await initFft();
  const heard: HeardTitle[] = [];
  for (const one of titles) heard.push(await hear(one));
  return heard;
}

/** The same title with the dub of `spoken` filed as `tag`, and no dub of `spoken`. */
function misfiled(one: HeardTitle, tag: string, spoken: string): HeardTitle {
  const shots = one.shots.map((each) => ({
    ...each,
    dubs: each.dubs
      .filter(({ language }) => language !== tag)
      .map((dub) => (dub.language === spoken ? { ...dub, language: tag as typeof dub.language } : dub)),
  }));
  return { ...one, shots };
}

describe.skipIf(!hasDemo)('language-mismatch in the demo corpus (skipped without demo/)', () => {
  let titles: HeardTitle[];
  beforeAll(async () => {
    titles = await hearAll(await demoTitles(24));
  }, 600_000);

  it('tells the languages apart and says nothing of rightly filed dubs', async () => {
    const { voices, right, findings } = await checkLanguages(titles);
    process.stdout.write(`demo corpus: ${right} of ${voices} voices sound most like their own language\n`);
    expect(voices).toBeGreaterThan(40);
    expect(right / voices).toBeGreaterThanOrEqual(0.97);
    expect(findings).toEqual([]);
  });

  it('finds most dubs that are filed under another language, by its name, and under 1 % of the others', async () => {
    let planted = 0;
    let found = 0;
    let others = 0;
    let falseAlarms = 0;
    for (const [i, one] of titles.entries()) {
      if (i % 4 !== 0) continue;
      const languages = [...new Set(one.shots.flatMap(({ dubs }) => dubs.map(({ language }) => language)))];
      const tag = languages[i % languages.length]!;
      const spoken = languages[(i + 1) % languages.length]!;
      const { findings, voices } = await checkLanguages(titles.with(i, misfiled(one, tag, spoken)));
      const right = findings.filter(
        ({ titleId, language, numbers }) =>
          titleId === one.titleId && language === tag && numbers.heard === spoken,
      );
      planted += 1;
      found += right.length;
      others += voices - 1;
      falseAlarms += findings.length - right.length;
    }
    process.stdout.write(
      `demo corpus: ${found} of ${planted} misfiled dubs found, ${falseAlarms} false alarms in ${others} voices\n`,
    );
    expect(found / planted).toBeGreaterThanOrEqual(0.5);
    expect(falseAlarms / others).toBeLessThan(0.01);
  }, 600_000);

  it('stops when asked', async () => {
    await expect(checkLanguages(titles, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

describe.skipIf(!hasReal)(
  'language-mismatch in real dubs (skipped without ../shared/media/real-dubs)',
  () => {
    it('says nothing of five titles: that is too little to learn a language from', async () => {
      const titles = await hearAll(await realTitles());
      expect((await checkLanguages(titles)).findings).toEqual([]);
      expect((await checkLanguages([misfiled(titles[0]!, 'de', 'ja'), ...titles.slice(1)])).findings).toEqual(
        [],
      );
    });
  },
);
