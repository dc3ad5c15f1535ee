/**
 * For tests only: makes `dataSync` work on WebGPU, so that the same test reads tensors of every engine alike. Core
 * itself waits for promises (`readValues`). Dawn answers from callbacks that it hands to `setImmediate`; waiting for
 * values means calling those, and no others, until the answer is there.
 */
import { tf } from '../../../core/engine/tf.ts';

type Job = () => void;
type Buffer = { size: number; mapState: string; mapAsync(mode: number): Promise<void> } & {
  getMappedRange(): ArrayBuffer;
  unmap(): void;
  destroy(): void;
};
type Backend = {
  device: { createBuffer(descriptor: { size: number; usage: number }): Buffer };
  tensorMap: { get(id: object): { values: unknown; resource: Buffer; dtype: string } };
  commandEncoder: {
    copyBufferToBuffer(from: Buffer, at: number, to: Buffer, toAt: number, size: number): void;
  };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readSync(id: object): unknown;
};

/** Bits of the WebGPU interface: COPY_DST and MAP_READ of buffers, READ of mappings. */
const COPY_DST = 8;
const MAP_READ = 1;
const READ = 1;
const PATIENCE_MS = 60_000;

const waiting = new Set<Job>();

/** Keeps hold of Dawn's callbacks. Call before the engine is loaded. */
export function watchDawn(): void {
  const later = globalThis.setImmediate;
  const watched = (callback: (...args: unknown[]) => void, ...args: unknown[]): NodeJS.Immediate => {
    // Only native code hands over native callbacks.
    if (!Function.prototype.toString.call(callback).includes('[native code]'))
      return later(callback, ...args);
    const job: Job = () => {
      if (waiting.delete(job)) callback(...args);
    };
    waiting.add(job);
    return later(job);
  };
  globalThis.setImmediate = Object.assign(watched, later) as typeof setImmediate;
}

/** Gives the loaded WebGPU backend a `readSync` that works outside a browser. */
export function readWebgpuAtOnce(): void {
  const backend = tf.backend() as unknown as Backend;
  backend.readSync = (id) => {
    const { values, resource, dtype } = backend.tensorMap.get(id);
    if (values !== null && values !== undefined) return values;
    const bytes = bytesOf(backend, resource);
    return dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes);
  };
}

function bytesOf(backend: Backend, buffer: Buffer): ArrayBuffer {
  const copy = backend.device.createBuffer({ size: buffer.size, usage: COPY_DST | MAP_READ });
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  backend.submitQueue();
  copy.mapAsync(READ).catch(() => {});
  const startMs = performance.now();
  while (copy.mapState !== 'mapped') {
    for (const job of [...waiting]) job();
    if (performance.now() - startMs > PATIENCE_MS) throw new Error('The GPU did not answer in a minute.');
  }
  const bytes = copy.getMappedRange().slice(0);
  copy.unmap();
  copy.destroy();
  return bytes;
}
