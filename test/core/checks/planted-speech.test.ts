/**
 * The original's voice planted in clean dubs, real and of the demo corpus: left under them, talked over, with talk in its
 * pauses. How much is found, and that nothing is said of clean dubs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { checkCommentary } from '../../../core/checks/commentary.ts';
import {
  compareSpeech,
  hearTrackVoice,
  speechOf,
  type VoiceTrack,
} from '../../../core/checks/hear-speech.ts';
import type { HeardSpeech, HeardTitle } from '../../../core/checks/heard.ts';
import { checkNoSpeech } from '../../../core/checks/no-speech.ts';
import { checkOriginalSpeech } from '../../../core/checks/original-speech.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { loadVoiceDetector, type VoiceDetector } from '../../../core/speech/voice-detector.ts';
import {
  demoTitles,
  hasDemo,
  hasReal,
  mixed,
  realTitles,
  rms,
  type SpeechShot,
  type SpeechTitle,
} from '../speech/speech-media.ts';
import { original, shot, title, track } from './heard-builder.ts';
import { readerOf } from './heard-source.ts';

type Dub = { language: string; samples: Float32Array; speech: HeardSpeech };
type Shot = { name: string; voice: VoiceTrack; speech: HeardSpeech; samples: Float32Array; dubs: Dub[] };
type Title = { name: string; shots: Shot[] };
/** Makes the faulty track; `foreign`: somebody of another title. */
type Plant = (shot: Shot, dub: Dub, foreign: Float32Array) => Float32Array;

const CHECKS = [checkNoSpeech, checkOriginalSpeech, checkCommentary];
const level = (db: number): number => 10 ** (db / 20);

let detector: VoiceDetector;

async function speechIn(samples: Float32Array, voice: VoiceTrack): Promise<HeardSpeech> {
  const dub = await hearTrackVoice(readerOf(samples), voice.timeWindows, detector);
  return speechOf(dub, await compareSpeech(voice, dub));
}

async function hearShot({ name, original: samples, dubs }: SpeechShot): Promise<Shot> {
  const voice = await hearTrackVoice(readerOf(samples), null, detector);
  const heard: Dub[] = [];
  for (const dub of dubs) heard.push({ ...dub, speech: await speechIn(dub.samples, voice) });
  return { name, voice, speech: await speechOf(voice, null), samples, dubs: heard };
}

async function hearAll(titles: SpeechTitle[]): Promise<Title[]> {
  const heard: Title[] = [];
  for (const { name, shots } of titles) {
    const one: Title = { name, shots: [] };
    for (const each of shots) one.shots.push(await hearShot(each));
    heard.push(one);
  }
  return heard;
}

/** What the checks get, with the speech of `replaced` instead of the clean one. */
function asHeard({ shots }: Title, replaced = new Map<Dub, HeardSpeech>()): HeardTitle {
  return title(
    shots.map(({ name, speech, dubs }) =>
      shot(
        name,
        dubs.map((dub) => track(dub.language, name, { speech: replaced.get(dub) ?? dub.speech })),
        { original: original(name, { speech }) },
      ),
    ),
  );
}

const under =
  (db: number): Plant =>
  (of, dub) =>
    mixed(dub.samples, of.samples, (level(db) * rms(dub.samples)) / rms(of.samples));
const talkOver: Plant = (of, _, foreign) => mixed(of.samples, foreign, rms(of.samples) / rms(foreign));
const talkBetween: Plant = (of, _, foreign) => {
  const { probabilities } = of.voice.stretches[0]!;
  const gain = rms(of.samples) / rms(foreign);
  return of.samples.map((sample, i) => {
    const isPause = (probabilities[Math.floor(i / 512)] ?? 0) < 0.3;
    return sample + (isPause ? gain * foreign[i % foreign.length]! : 0);
  });
};

/** A dub that nobody speaks in: the original's pauses, over and over. */
const mute: Plant = (of) => {
  const { probabilities } = of.voice.stretches[0]!;
  const pauses = of.samples.filter((_, i) => (probabilities[Math.floor(i / 512)] ?? 0) < 0.05);
  return of.samples.map((_, i) => pauses[i % pauses.length]!);
};

type Score = {
  planted: number;
  found: number;
  titles: number;
  titlesFound: number;
  byCode: Record<string, number>;
};

/** Plants one language at a time in all shots of its title; only where the original speaks there is something to find. */
async function plantAll(
  titles: Title[],
  plant: Plant,
  languages: (title: Title) => string[],
): Promise<Score> {
  const score: Score = { planted: 0, found: 0, titles: 0, titlesFound: 0, byCode: {} };
  for (const [t, one] of titles.entries()) {
    for (const language of languages(one)) {
      const foreign = titles[(t + 1) % titles.length]!.shots[0]!.dubs[0]!.samples;
      const replaced = new Map<Dub, HeardSpeech>();
      for (const each of one.shots) {
        const dub = each.dubs.find((other) => other.language === language);
        if (dub === undefined) continue;
        replaced.set(dub, await speechIn(plant(each, dub, foreign), each.voice));
      }
      const heard = asHeard(one, replaced);
      const findings = CHECKS.flatMap((check) => check(heard)).filter(({ severity }) => severity !== 'info');
      for (const each of one.shots) {
        if (each.speech.speechSec < 1 || !each.dubs.some((dub) => replaced.has(dub))) continue;
        score.planted += 1;
        const own = findings.filter(
          (found) => found.shotId === `shot-${each.name}` && found.language === language,
        );
        for (const { code } of own) score.byCode[code] = (score.byCode[code] ?? 0) + 1;
        if (own.length > 0) score.found += 1;
      }
      score.titles += 1;
      if (findings.some((found) => found.language === language)) score.titlesFound += 1;
    }
  }
  return score;
}

function falseAlarms(titles: Title[]): { clean: number; alarms: string[] } {
  const alarms = titles.flatMap((one) =>
    CHECKS.flatMap((check) => check(asHeard(one)))
      .filter(({ severity }) => severity !== 'info')
      .map(({ sentence }) => `${one.name}: ${sentence}`),
  );
  return { clean: titles.flatMap(({ shots }) => shots.flatMap(({ dubs }) => dubs)).length, alarms };
}

function report(name: string, { planted, found, titles, titlesFound, byCode }: Score): void {
  const share = ((100 * found) / planted).toFixed(0);
  process.stdout.write(
    `${name}: ${found} of ${planted} shots (${share} %), ${titlesFound} of ${titles} titles; ${JSON.stringify(byCode)}\n`,
  );
}

const CASES: [string, Plant, { shots: number; titles: number; code: string | null }][] = [
  ['the original 6 dB under the dub', under(-6), { shots: 0.98, titles: 1, code: 'original-speech' }],
  ['the original 12 dB under the dub', under(-12), { shots: 0.85, titles: 0.95, code: 'original-speech' }],
  ['the original 18 dB under the dub', under(-18), { shots: 0.2, titles: 0.5, code: 'original-speech' }],
  ['nobody speaking in the dub', mute, { shots: 0.8, titles: 1, code: 'no-speech' }],
  ['another voice over the original', talkOver, { shots: 0.95, titles: 1, code: null }],
  ['another voice in the pauses of the original', talkBetween, { shots: 0.95, titles: 1, code: null }],
];

describe.skipIf(!hasReal)(
  "the original's voice in real dubs (skipped without ../shared/media/real-dubs)",
  () => {
    let titles: Title[];
    beforeAll(async () => {
      await initFft();
      detector = await loadVoiceDetector();
      titles = await hearAll(await realTitles());
    }, 300_000);

    it('says nothing of 40 clean dubs', () => {
      expect(falseAlarms(titles)).toEqual({ clean: 40, alarms: [] });
    });

    it.each(CASES)('finds %s', async (name, plant, least) => {
      const score = await plantAll(titles, plant, () => ['de', 'es', 'fr', 'it', 'ja']);
      report(`real dubs, ${name}`, score);
      expect(score.found / score.planted).toBeGreaterThanOrEqual(least.shots);
      if (least.code !== null) expect(Object.keys(score.byCode)).toEqual([least.code]);
    });
  },
);

describe.skipIf(!hasDemo)("the original's voice in the demo corpus (skipped without demo/)", () => {
  let titles: Title[];
  beforeAll(async () => {
    await initFft();
    detector = await loadVoiceDetector();
    titles = await hearAll(await demoTitles(5));
  }, 300_000);

  it('says nothing of clean dubs', () => {
    const { clean, alarms } = falseAlarms(titles);
    expect(clean).toBeGreaterThan(80);
    expect(alarms).toEqual([]);
  });

  it.each(CASES)('finds %s', async (name, plant, least) => {
    const first = ({ shots }: Title): string[] => [shots[0]!.dubs[0]!.language];
    const score = await plantAll(titles, plant, first);
    report(`demo corpus, ${name}`, score);
    expect(score.found / score.planted).toBeGreaterThanOrEqual(least.shots);
    expect(score.titlesFound / score.titles).toBeGreaterThanOrEqual(least.titles);
  });
});
