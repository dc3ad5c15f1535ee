/**
 * Loads the WebGPU backend on Dawn, which the `webgpu` package carries: any GPU with a Vulkan or Direct3D 12 driver,
 * and software renderers, which are slow and good for tests only. The backend expects a browser's globals and asks
 * for its own device; everything that it must find there is put in place here.
 */
import { AppError } from '../domain/errors.ts';
import type { LoadedBackend } from './engine.ts';
import { noteGpuFailure } from './gpu-failure.ts';
import { requirePackage, tf } from './tf.ts';
import { makeMatMulReproducible } from './webgpu-mat-mul.ts';
import { supportManyAxes } from './webgpu-ranks.ts';

/** Names of renderers that compute on the processor and do not all say so. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/** How to take what is found. */
export type WebgpuChoice = {
  /** Whether a renderer that computes on the processor will do. */
  acceptSoftware: boolean;
  /** Why not to look for one at all, e.g. `DUBSCOPE_GPU=off`; default null. */
  refused?: string | null;
};

// The parts of the WebGPU interface that are used here; its own types need a browser's.
type AdapterInfo = {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  isFallbackAdapter: boolean;
};
type DeviceDescriptor = { requiredLimits?: Record<string, number> };
type Device = {
  lost: Promise<{ reason: string; message: string }>;
  destroy(): void;
  addEventListener(type: 'uncapturederror', listener: (event: ErrorEvent) => void): void;
};
type ErrorEvent = { error: { message: string }; preventDefault(): void };
type Adapter = {
  info: AdapterInfo;
  features: ReadonlySet<string>;
  limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: DeviceDescriptor): Promise<Device>;
};
type AdapterOptions = { powerPreference: 'high-performance' };
type Gpu = { requestAdapter(options: AdapterOptions): Promise<Adapter | null> };
type Dawn = { create(options: string[]): Gpu; globals: object };

/** The adapter that the backend of this process runs on; Dawn lives as long as something refers to it. */
let opened: { gpu: Gpu; info: AdapterInfo } | null = null;

/**
 * Makes WebGPU the backend of `tf`. `device` is `cpu` for a software renderer.
 * @throws AppError ENGINE_UNAVAILABLE with `details.reason`: refused, no adapter, only software, or a part does not load.
 */
export async function loadWebgpu({ acceptSoftware, refused = null }: WebgpuChoice): Promise<LoadedBackend> {
  try {
    if (refused !== null) throw new Error(refused);
    opened ??= await open(acceptSoftware);
    const { info } = opened;
    if (isSoftware(info) && !acceptSoftware) throw new Error(onlySoftware(info));
    if (!(await tf.setBackend('webgpu'))) throw new Error('the backend refused to start');
    await tf.ready();
    const { version } = requirePackage('@tensorflow/tfjs-backend-webgpu/package.json') as { version: string };
    return {
      name: 'webgpu',
      version: `tfjs-webgpu ${version} (${nameOf(info)}), tfjs ${tf.version_core}`,
      device: isSoftware(info) ? 'cpu' : 'gpu',
      threads: 1,
    };
  } catch (cause) {
    throw unavailable(cause instanceof Error ? cause.message.split('\n')[0]! : String(cause), cause);
  }
}

/** Finds the adapter and registers the backend for it. */
async function open(acceptSoftware: boolean): Promise<{ gpu: Gpu; info: AdapterInfo }> {
  const dawn = requirePackage('webgpu') as Dawn;
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no GPU with a Vulkan or Direct3D 12 driver was found');
  const { info } = adapter;
  if (isSoftware(info) && !acceptSoftware) throw new Error(onlySoftware(info));
  Object.assign(globalThis, dawn.globals);
  // The backend looks here when it is loaded and once more when it starts, and must get what was judged above.
  const chosen = { requestAdapter: () => Promise.resolve(withAllLimits(adapter)) };
  Object.defineProperty(globalThis.navigator, 'gpu', { value: chosen, configurable: true });
  // tfjs-core alone knows no gradients; the union package registers them, in Node nothing else does.
  requirePackage('@tensorflow/tfjs');
  requirePackage('@tensorflow/tfjs-backend-webgpu');
  makeMatMulReproducible();
  supportManyAxes();
  return { gpu, info };
}

/**
 * The adapter as the backend uses it. The backend asks for some limits only, so that sums of many tensors would fail;
 * and nobody would hear of the device's errors.
 */
function withAllLimits(adapter: Adapter): Adapter {
  const { info, features, limits } = adapter;
  const requestDevice = async (descriptor: DeviceDescriptor): Promise<Device> => {
    const { maxStorageBuffersPerShaderStage } = limits as { maxStorageBuffersPerShaderStage: number };
    const requiredLimits = { ...descriptor.requiredLimits, maxStorageBuffersPerShaderStage };
    const device = await adapter.requestDevice({ ...descriptor, requiredLimits });
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      noteGpuFailure(event.error.message.split('\n')[0]!.replace(/\.$/, ''));
    });
    device.lost.then(({ reason, message }) => noteGpuFailure(`the device was lost (${reason}: ${message})`));
    // A process that ends in the middle of a read would now and then crash (once in twelve times, measured).
    process.on('exit', () => device.destroy());
    return device;
  };
  return { info, features, limits, requestDevice };
}

function isSoftware(info: AdapterInfo): boolean {
  return info.isFallbackAdapter || SOFTWARE.test(`${info.architecture} ${info.device} ${info.description}`);
}

function onlySoftware(info: AdapterInfo): string {
  return `only a software renderer was found (${nameOf(info)}), which is used only when DUBSCOPE_ENGINE=webgpu asks for it`;
}

/** e.g. `nvidia, NVIDIA H200, NVIDIA: 550.54`. Numbers depend on the device and on the driver, so both are in it. */
function nameOf({ vendor, device, description }: AdapterInfo): string {
  return [vendor, device, description].filter((part) => part !== '').join(', ');
}

function unavailable(reason: string, cause: unknown): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    `The WebGPU engine is not available: ${reason}. Nothing was computed. Set DUBSCOPE_ENGINE=wasm, or leave it unset.`,
    { cause, details: { engine: 'webgpu', reason } },
  );
}
