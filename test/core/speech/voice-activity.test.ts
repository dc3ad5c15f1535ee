/** Voice activity: heard in parts as if heard in one, silent where nobody speaks, bounded however long the track is. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SoundReader } from '../../../core/align/sound-reader.ts';
import {
  hearVoice,
  listeningPlan,
  speechSegments,
  VOICE_STEP_SEC,
} from '../../../core/speech/voice-activity.ts';
import { loadVoiceDetector } from '../../../core/speech/voice-detector.ts';
import { readerOf } from '../checks/heard-source.ts';
import { soundOf } from './speech-media.ts';

const DEMO = join(import.meta.dirname, '../../../demo/media');
const ESC50 = join(import.meta.dirname, '../../../../shared/media/esc50');

function stretch(probabilities: number[], startSec = 0) {
  return { startSec, probabilities: Float32Array.from(probabilities) };
}

describe('listeningPlan', () => {
  it('hears a short track whole and a long one in eight stretches of 12 s', () => {
    expect(listeningPlan(0)).toEqual([]);
    expect(listeningPlan(4)).toEqual([{ startSec: 0, endSec: 4 }]);
    const plan = listeningPlan(3 * 3600);
    expect(plan).toHaveLength(8);
    for (const { startSec, endSec } of plan) {
      expect(endSec - startSec).toBe(12);
      expect(startSec).toBeGreaterThanOrEqual(0);
      expect(endSec).toBeLessThanOrEqual(3 * 3600);
    }
    expect(listeningPlan(3 * 3600 + 0.01)).toEqual(plan);
  });
});

describe('speechSegments', () => {
  it('begins at 0.5, ends below 0.35, bridges short gaps and drops short bits', () => {
    const ten = (value: number) => Array.from({ length: 10 }, () => value);
    const probabilities = [
      ...ten(0),
      ...ten(0.6),
      0.4,
      0.1,
      0.1,
      ...ten(0.9),
      ...ten(0.2),
      0.9,
      0.9,
      ...ten(0),
    ];
    const [only, ...others] = speechSegments(stretch(probabilities, 100));
    expect(others).toEqual([]);
    expect(only!.startSec).toBeCloseTo(100 + 10 * VOICE_STEP_SEC, 6);
    expect(only!.endSec).toBeCloseTo(100 + 33 * VOICE_STEP_SEC, 6);
    expect(speechSegments(stretch(ten(0.45)))).toEqual([]);
  });
});

describe.skipIf(!existsSync(DEMO))('hearVoice (skipped without demo/)', () => {
  it('hears in parts, side by side, what it hears in one', async () => {
    const detector = await loadVoiceDetector();
    const scene = await soundOf(join(DEMO, 'amber-road_01.mkv'), 1);
    const times = 12;
    const long = new Float32Array(times * scene.length);
    for (let i = 0; i < times; i += 1) long.set(scene, i * scene.length);
    const durationSec = long.length / 16_000;
    const [heard] = await hearVoice(readerOf(long), [{ startSec: 0, endSec: durationSec }], detector);
    const [whole] = await detector.hear([long.subarray(0, heard!.probabilities.length * 512)]);
    const steps = whole!.length;
    const differing = whole!.filter((p, i) => p >= 0.5 !== heard!.probabilities[i]! >= 0.5).length;
    expect(steps).toBeGreaterThan(1400);
    // A part begins with a second of warm-up: what was heard before that matters next to nothing.
    expect(differing).toBeLessThan(0.015 * steps);
    expect(speechSegments(heard!).length).toBeGreaterThanOrEqual(times);
    const again = await hearVoice(readerOf(long), [{ startSec: 0, endSec: durationSec }], detector);
    expect(again[0]!.probabilities).toEqual(heard!.probabilities);
  });

  it('hears no voice in silence, and stops when asked', async () => {
    const detector = await loadVoiceDetector();
    const hush = readerOf(new Float32Array(64_000).fill(1e-5));
    const [heard] = await hearVoice(hush, [{ startSec: 0, endSec: 4 }], detector);
    expect(heard!.probabilities.every((p) => p === 0)).toBe(true);
    const stopped = hearVoice(
      hush,
      [{ startSec: 0, endSec: 4 }],
      detector,
      AbortSignal.abort(new Error('stop')),
    );
    await expect(stopped).rejects.toThrow('stop');
  });

  it('never asks for more than 67 s of sound at a time, and for 104 s of a film at most', async () => {
    const asked: number[] = [];
    const film: SoundReader = {
      durationSec: 7200,
      read: async (startSec, endSec) => {
        asked.push(endSec - startSec);
        return new Float32Array(Math.round((endSec - startSec) * 16_000));
      },
    };
    const detector = await loadVoiceDetector();
    await hearVoice(film, listeningPlan(film.durationSec), detector);
    expect(asked.reduce((sum, sec) => sum + sec, 0)).toBeLessThan(104);
    asked.length = 0;
    await hearVoice(film, [{ startSec: 0, endSec: 300 }], detector);
    expect(Math.max(...asked)).toBeLessThan(67);
  });
});

describe.skipIf(!existsSync(ESC50))(
  'real sounds without speech (skipped without ../shared/media/esc50)',
  () => {
    it('hears no sentence in keyboards, saws and barking', async () => {
      const detector = await loadVoiceDetector();
      for (const name of readdirSync(ESC50).filter((file) => file.endsWith('.wav'))) {
        const samples = await soundOf(join(ESC50, name), 0);
        const [heard] = await hearVoice(
          readerOf(samples),
          [{ startSec: 0, endSec: samples.length / 16_000 }],
          detector,
        );
        const sec = speechSegments(heard!).reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
        // One is laughter, of which a third of a second is taken for a word.
        expect(sec).toBeLessThan(0.4);
      }
    });
  },
);
