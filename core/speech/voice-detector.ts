/**
 * Silero VAD (MIT; the file that the package @ricky0123/vad-web carries), run by ONNX Runtime in WebAssembly on one
 * thread: the same numbers on every machine, no native parts. docs/speech.md says why this one.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-web/wasm';
import { AppError } from '../domain/errors.ts';

/** One value of voice activity, samples at 16 kHz (32 ms). */
export const VOICE_STEP_SAMPLES = 512;
/** Samples before a step that the model sees with it. */
const CONTEXT_SAMPLES = 64;
const STATE_SIZE = 128;
const MODEL_FILE = '@ricky0123/vad-web/dist/silero_vad_v6.onnx';

/** Tells voice from everything else in sound at 16 kHz. */
export type VoiceDetector = {
  /**
   * Probability (0..1) of voice in every step of 32 ms of each sound, each heard from a fresh start. All sounds have the
   * same length, a multiple of 512 samples. Sounds are heard side by side, which is 1.5 times faster than one by one.
   */
  hear: (sounds: readonly Float32Array[]) => Promise<Float32Array[]>;
};

let loading: Promise<VoiceDetector> | null = null;

/**
 * Loads the detector, once in a process (0.1 s).
 * @throws AppError ENGINE_UNAVAILABLE where the model or WebAssembly cannot be loaded.
 */
export function loadVoiceDetector(): Promise<VoiceDetector> {
  loading ??= load().catch((cause: unknown) => {
    loading = null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'ENGINE_UNAVAILABLE',
      `The voice detector cannot be loaded (${reason}). Nothing was changed. Run "dubscope doctor --repair".`,
      { cause, details: { engine: 'voice detector', reason } },
    );
  });
  return loading;
}

async function load(): Promise<VoiceDetector> {
  ort.env.wasm.numThreads = 1;
  const model = await readFile(createRequire(import.meta.url).resolve(MODEL_FILE));
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const rate = new ort.Tensor('int64', BigInt64Array.from([16_000n]), []);
  return { hear: (sounds) => hearAll(session, rate, sounds) };
}

async function hearAll(
  session: ort.InferenceSession,
  rate: ort.Tensor,
  sounds: readonly Float32Array[],
): Promise<Float32Array[]> {
  const count = sounds.length;
  const steps = count === 0 ? 0 : Math.floor(sounds[0]!.length / VOICE_STEP_SAMPLES);
  const heard = sounds.map(() => new Float32Array(steps));
  const width = CONTEXT_SAMPLES + VOICE_STEP_SAMPLES;
  let state = new ort.Tensor('float32', new Float32Array(2 * count * STATE_SIZE), [2, count, STATE_SIZE]);
  for (let step = 0; step < steps; step += 1) {
    const input = new Float32Array(count * width); // [sound, context + step]
    const start = step * VOICE_STEP_SAMPLES;
    for (const [i, sound] of sounds.entries()) {
      const from = Math.max(0, start - CONTEXT_SAMPLES);
      input.set(
        sound.subarray(from, start + VOICE_STEP_SAMPLES),
        (i + 1) * width - (start + VOICE_STEP_SAMPLES - from),
      );
    }
    const result = await session.run({
      input: new ort.Tensor('float32', input, [count, width]),
      state,
      sr: rate,
    });
    const probabilities = (await result.output!.getData()) as Float32Array;
    for (const [i, track] of heard.entries()) track[step] = probabilities[i]!;
    state = result.stateN as ort.TypedTensor<'float32'>;
  }
  return heard;
}
