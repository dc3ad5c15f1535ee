/** What is said in a scene, in every language, by espeak-ng: real words, so that dubs differ as dubs do. */
import { spawnTool } from '../../core/process/spawn-tool.ts';
import type { Rng } from '../../core/rng.ts';
import type { PlannedScene } from './plan.ts';
import { mix } from './scene.ts';
import { SENTENCES } from './sentences.ts';
import { dbToGain, filtered, SAMPLE_RATE_HZ, Timeline } from './sound.ts';
import { type DemoLanguage, LANGUAGES } from './titles.ts';

/** Level of the speech while somebody speaks, dBFS RMS. The bed lies 7.5 dB below (bed.ts). */
export const SPEECH_LEVEL_DB = -25;
/** A studio's limiter: speech is bent smoothly below this, full scale 1. */
const LIMIT = 0.4;
const VOICES = { en: 'en-us', de: 'de', es: 'es', fr: 'fr-fr', it: 'it' } as const;
const VARIANTS = ['m1', 'm3', 'm7', 'm8', 'f2', 'f3', 'f4', 'f5'] as const;
/** Speech must have ended by then, s. */
const LATEST_END_SEC = 3.8;

/** One language's line in a scene. */
export type SpokenLine = {
  text: string;
  startSec: number;
  /** On a timeline of its own, from -1 to 5 s. */
  samples: Float32Array;
};

/** Speaks the scene's sentence in `language`. Each title has two characters, with a voice of their own a language. */
export async function speak(scene: PlannedScene, language: DemoLanguage, rng: Rng): Promise<SpokenLine> {
  const titleIndex = Math.floor(scene.index / 6);
  const character = scene.shot % 2;
  const languageIndex = LANGUAGES.indexOf(language);
  const voice = rng.stream('voice', titleIndex, character, languageIndex);
  const variant = rng.stream('variants', titleIndex, languageIndex).shuffled(VARIANTS)[character]!;
  const pitch = Math.round(mix(25, 75, voice.uniform()));
  const wordsPerMinute = Math.round(mix(150, 185, voice.uniform()));
  const sentences = rng.stream('sentences', Math.floor(scene.index / SENTENCES.length)).shuffled(SENTENCES);
  const text = sentences[scene.index % SENTENCES.length]![language];
  const commonStartSec = mix(0.3, 0.65, rng.stream('line start', scene.index).uniform());
  const startSec =
    commonStartSec + mix(-0.15, 0.15, rng.stream('line lag', scene.index, languageIndex).uniform());
  const say = (speed: number) => espeak(`${VOICES[language]}+${variant}`, pitch, speed, text);
  let spoken = await say(wordsPerMinute);
  const roomSec = LATEST_END_SEC - startSec;
  const excess = spoken.length / SAMPLE_RATE_HZ / roomSec;
  if (excess > 1) spoken = await say(Math.ceil(wordsPerMinute * excess * 1.08));
  if (spoken.length / SAMPLE_RATE_HZ > roomSec + 0.15) throw new Error(`Too long for a scene: "${text}"`);
  const gain = dbToGain(SPEECH_LEVEL_DB) / activeRms(spoken);
  const timeline = new Timeline();
  timeline.addSamples(
    startSec,
    spoken.map((sample) => LIMIT * Math.tanh((sample * gain) / LIMIT)),
  );
  return { text, startSec: Number(startSec.toFixed(3)), samples: timeline.samples };
}

/** Speech at 48 kHz without the silence around it. */
async function espeak(
  voice: string,
  pitch: number,
  wordsPerMinute: number,
  text: string,
): Promise<Float32Array> {
  const options = ['-v', voice, '-p', `${pitch}`, '-s', `${wordsPerMinute}`, '-b', '1', '--stdout'];
  const { stdout } = await spawnTool({ tool: 'espeak-ng', args: [...options, '--', text] });
  const sourceRateHz = stdout.readUInt32LE(24);
  const dataAt = stdout.indexOf('data') + 8;
  const samples = new Float32Array(Math.floor((stdout.length - dataAt) / 2));
  for (let i = 0; i < samples.length; i += 1) samples[i] = stdout.readInt16LE(dataAt + 2 * i) / 32768;
  return filtered(resampled(trimmed(samples), sourceRateHz), 'highpass', 90);
}

function trimmed(samples: Float32Array): Float32Array {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 0.01;
  return samples.slice(Math.max(0, samples.findIndex(isLoud)), samples.findLastIndex(isLoud) + 1);
}

/** Band-limited interpolation to 48 kHz: a sinc under a Hann window, 16 source samples to each side. */
function resampled(samples: Float32Array, sourceRateHz: number): Float32Array {
  const reach = 16;
  const step = sourceRateHz / SAMPLE_RATE_HZ;
  const result = new Float32Array(Math.floor(samples.length / step));
  for (let i = 0; i < result.length; i += 1) {
    const middle = i * step;
    const nearest = Math.floor(middle);
    let sum = 0;
    for (let k = nearest - reach + 1; k <= nearest + reach; k += 1) {
      const distance = middle - k;
      const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
      sum += (samples[k] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach));
    }
    result[i] = sum;
  }
  return result;
}

/** RMS over the 20 ms blocks that are within 25 dB of the loudest. */
function activeRms(samples: Float32Array): number {
  const block = SAMPLE_RATE_HZ / 50;
  const powers: number[] = [];
  for (let start = 0; start + block <= samples.length; start += block) {
    let sum = 0;
    for (let i = start; i < start + block; i += 1) sum += samples[i]! ** 2;
    powers.push(sum / block);
  }
  const active = powers.filter((power) => power > Math.max(...powers) * 10 ** -2.5);
  return Math.sqrt(active.reduce((total, power) => total + power, 0) / active.length);
}
