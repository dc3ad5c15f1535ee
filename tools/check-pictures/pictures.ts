/** One picture for each check: the fault is put into sounds of the demo corpus, and what the check looks at is drawn. */
import type { FindingCode } from '../../core/domain/finding.ts';
import type { Picture } from './draw.ts';
import {
  atSpeed,
  bestOf,
  fitLine,
  joined,
  levelLine,
  mixed,
  muted,
  part,
  RATE_HZ,
  type Sounds,
  shifted,
  spectrumLine,
  waveLine,
} from './sounds.ts';

/** Sounds that pictures are made from: shots of one title one after the other, and another title. */
export type Stock = { shots: readonly Sounds[]; first: Sounds; other: Sounds };

/** What a check sees. */
export type MakePicture = (stock: Stock) => Picture;

const TIME = (max: number) => ({ label: 'time, s', min: 0, max });
const LEVEL = { label: 'level, dBFS', min: -82, max: 0 };
const SHIFT = (ms: number) => ({ label: 'shift of the dub, ms', min: -ms, max: ms });
const FIT = (max: number) => ({ label: 'fit, sd of chance', min: -8, max });

/** Pictures by finding. Findings that are seen in another's picture have none of their own. */
export const PICTURES: Partial<Record<FindingCode, MakePicture>> = {
  offset: ({ first: { en, de } }) =>
    fitPicture('A dub that is 120 ms late: one shift stands out', en, shifted(de, 120), 400),
  'offset-shot': ({ shots }) => {
    const measured = shots.map(
      ({ en, es }, i) => bestOf(fitLine('', en, shifted(es, i === 2 ? 95 : 23), 400)).x,
    );
    return {
      title: 'Shots of one title: all sit at the same shift but one',
      x: { label: 'shot', min: 0.5, max: shots.length + 0.5 },
      y: { label: 'shift, ms', min: 0, max: 120 },
      lines: [{ name: 'Spanish', x: measured.map((_, i) => i + 1), y: measured }],
      points: [{ x: 3, y: measured[2]!, text: 'this one' }],
      dots: true,
    };
  },
  'offset-unknown': ({ first: { en }, other }) => ({
    ...fitPicture('Two sounds without anything in common: no shift stands out', en, other.de, 400),
    y: FIT(30),
  }),
  drift: ({ first: { en, de } }) => {
    const dub = atSpeed(de, 25 / 24);
    const speeds = Array.from({ length: 121 }, (_, i) => 0.94 + 0.001 * i);
    const fits = speeds.map((speed) => bestOf(fitLine('', en, atSpeed(dub, 1 / speed), 400)).y);
    const best = bestOf({ name: '', x: speeds, y: fits });
    return {
      title: 'PAL speed: the dub fits only when it is slowed down by 25/24',
      x: { label: 'speed that is tried', min: 0.94, max: 1.06 },
      y: { label: 'best fit, sd of chance', min: 0, max: Math.ceil(best.y / 10) * 10 + 10 },
      lines: [{ name: 'German', x: speeds, y: fits }],
      points: [{ ...best, text: `${best.x.toFixed(3)} times as fast` }],
    };
  },
  'different-cut': ({ shots }) => {
    const original = all(shots, 'en');
    const full = all(shots, 'fr');
    const dub = joined([part(full, 0, 12), part(full, 12.6, 24)]);
    const places = [0, 2.5, 5, 7.5, 9.5, 13, 15.5, 18, 20.5].map((sec) => ({
      sec: sec + 1.25,
      ms: bestOf(fitLine('', part(original, sec, sec + 2.5), part(dub, sec, sec + 2.5), 900)).x,
    }));
    return {
      title: 'Another cut: 0.6 s are missing, and everything after them comes too early',
      x: TIME(24),
      y: { label: 'shift, ms', min: -800, max: 200 },
      lines: [{ name: 'French', x: places.map(({ sec }) => sec), y: places.map(({ ms }) => ms) }],
      bands: [{ from: 11.9, to: 12.1, text: 'missing here' }],
      dots: true,
    };
  },
  silent: ({ first: { en, de } }) =>
    levels(
      'Silent: the original sounds, the dub does not',
      en,
      de.map(() => 0),
      'German',
    ),
  dropout: ({ first: { en, de } }) => ({
    ...levels('A dropout: the sound stops while the original goes on', en, muted(de, 1.6, 1.95), 'German'),
    bands: [{ from: 1.6, to: 1.95, text: '350 ms' }],
  }),
  truncated: ({ first: { en, de } }) => ({
    ...levels('Truncated: the dub ends before the original does', en, muted(de, 2.9, 4), 'German'),
    bands: [{ from: 2.9, to: 4, text: 'missing' }],
  }),
  clipped: ({ first: { de } }) => {
    const peak = peakOf(de);
    const gain = 4 / peak;
    const loud = de.map((value) => Math.max(-1, Math.min(1, gain * value)));
    const at = loudestSec(de) - 0.004;
    return {
      title: 'Clipped: peaks are cut off at full scale',
      x: { label: 'time, ms', min: 0, max: 20 },
      y: { label: 'full scale', min: -1.3, max: 1.3 },
      lines: [
        waveLine(
          'as it was, turned down',
          de.map((value) => (1.25 * value) / peak),
          at,
          at + 0.02,
        ),
        waveLine('clipped', loud, at, at + 0.02),
      ],
    };
  },
  'level-difference': ({ first: { en, de } }) =>
    levels(
      'Another level: the dub is 18 dB quieter throughout',
      en,
      de.map((value) => 0.126 * value),
      'German',
    ),
  'loudness-range': ({ shots }) => {
    const original = all(shots, 'en');
    const wide = original.map((value, i) => value * (Math.floor(i / RATE_HZ / 4) % 2 === 0 ? 1 : 0.1));
    return levels(
      'Another loudness range: quiet scenes of the original are as loud as the rest',
      wide,
      all(shots, 'de'),
      'German',
    );
  },
  channels: ({ first: { de } }) => {
    const at = loudestSec(de);
    const peak = 1.2 * peakOf(de);
    return {
      title: 'Channels out of phase: mixed to mono they cancel each other',
      x: { label: 'time, ms', min: 0, max: 15 },
      y: { label: 'full scale', min: -peak, max: peak },
      lines: [
        waveLine('left', de, at, at + 0.015),
        waveLine(
          'right',
          de.map((value) => -value),
          at,
          at + 0.015,
        ),
      ],
    };
  },
  'low-bandwidth': ({ first: { en, de } }) => ({
    title: 'Lost high frequencies: the dub was once brought to 16 kHz',
    x: { label: 'frequency, kHz', min: 0, max: 20 },
    y: { label: 'level, dB', min: -90, max: 0 },
    lines: [spectrumLine('original', en), spectrumLine('German', lowPassed(de))],
    bands: [{ from: 8, to: 20, text: 'nothing here' }],
  }),
  'same-as-original': ({ first: { en, de } }) => ({
    title: 'The original filed as a dub, quieter and coarsely coded: taken from it, little is left',
    x: TIME(4),
    y: LEVEL,
    lines: [
      levelLine('the original', en),
      levelLine(
        'a real dub less the original',
        mixed([
          [de, 1],
          [en, -1],
        ]),
      ),
      levelLine('the "dub" less the original', leftOfCopy(en)),
    ],
  }),
  'duplicate-track': ({ first: { de, fr } }) => ({
    title: 'One dub filed twice, quieter and coarsely coded: taken from it, little is left',
    x: TIME(4),
    y: LEVEL,
    lines: [
      levelLine('German', de),
      levelLine(
        'a real French dub less German',
        mixed([
          [fr, 1],
          [de, -1],
        ]),
      ),
      levelLine('"French" less German', leftOfCopy(de)),
    ],
  }),
  'shares-nothing': ({ first: { en, de }, other }) => ({
    title: 'Of something else: one dub fits the original, the other fits nowhere',
    x: SHIFT(400),
    y: FIT(Math.ceil(bestOf(fitLine('', en, de, 400)).y / 10) * 10 + 10),
    lines: [fitLine('Italian, of another title', en, other.it, 400), fitLine('German', en, de, 400)],
  }),
  'outside-window': ({ first: { en, de } }) => ({
    ...levels(
      'Moved to its place, a dub that was 300 ms late ends 300 ms early',
      en,
      muted(de, 3.7, 4),
      'German',
    ),
    bands: [{ from: 3.7, to: 4, text: 'silence' }],
  }),
};

function fitPicture(title: string, a: Float32Array, b: Float32Array, maxMs: number): Picture {
  const line = fitLine('fit of the two sounds', a, b, maxMs);
  const best = bestOf(line);
  const top = Math.ceil(best.y / 10) * 10 + 5;
  const text = `${best.x.toFixed(1)} ms, ${best.y.toFixed(1)} sd`;
  return { title, x: SHIFT(maxMs), y: FIT(top), lines: [line], points: [{ ...best, text }] };
}

function levels(title: string, original: Float32Array, dub: Float32Array, name: string): Picture {
  const x = TIME(original.length / RATE_HZ);
  return { title, x, y: LEVEL, lines: [levelLine('original', original), levelLine(name, dub)] };
}

function all(shots: readonly Sounds[], language: keyof Sounds): Float32Array {
  return joined(shots.map((sounds) => part(sounds[language], 0, 4)));
}

/** What is left of a copy of half the level in 9 bits when the sound it was made from is taken away. */
function leftOfCopy(samples: Float32Array): Float32Array {
  const steps = 2 ** 8;
  return samples.map((value) => Math.round(0.5 * value * steps) / steps - 0.5 * value);
}

function peakOf(samples: Float32Array): number {
  return samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
}

function loudestSec(samples: Float32Array): number {
  const peak = peakOf(samples);
  return samples.findIndex((value) => Math.abs(value) === peak) / RATE_HZ;
}

/** As after resampling to 16 kHz and back: a windowed sinc that ends at 8 kHz. */
function lowPassed(samples: Float32Array): Float32Array {
  const half = 96;
  const taps = Float32Array.from({ length: 2 * half + 1 }, (_, i) => {
    const t = (i - half) / 3;
    const window =
      0.42 +
      0.5 * Math.cos((Math.PI * (i - half)) / half) +
      0.08 * Math.cos((2 * Math.PI * (i - half)) / half);
    return ((t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t)) * window) / 3;
  });
  return samples.map((_, i) => taps.reduce((sum, tap, k) => sum + tap * (samples[i + k - half] ?? 0), 0));
}
