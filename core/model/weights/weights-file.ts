/** A file of weights, of whichever format: what it holds, and its numbers when they are asked for. */
import type { StoredTensor } from '../parameters.ts';
import { type ByteSource, openBytes } from './byte-source.ts';
import { damagedFile, unknownFormat } from './refusals.ts';
import { readSafetensorsFile } from './safetensors-file.ts';
import { isZip } from './torch-archive.ts';
import { readTorchFile } from './torch-file.ts';

/** A tensor as its file describes it; `dtype` by safetensors' names, some of which cannot be read (e.g. `U8`). */
export type TensorEntry = { name: string; shape: readonly number[]; dtype: string };

/** An open file. Whoever opened it closes it. */
export type WeightsFile = {
  readonly format: 'torch' | 'safetensors';
  /** The file as messages name it. */
  readonly label: string;
  readonly sizeBytes: number;
  /** The tensors of its state dict, in the order of the file. */
  readonly entries: readonly TensorEntry[];
  /** The key under which a PyTorch file keeps its state dict; null where the dict is the file. */
  readonly wrapper: string | null;
  /** Keys beside the state dict, and entries of it that are no tensors. */
  readonly otherKeys: readonly string[];
  /** Texts of a safetensors file. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Numbers of the named entries as float32, in the order of `names`.
   * @throws AppError CKPT_DAMAGED, CKPT_NAN, CKPT_FORMAT, CKPT_TOO_LARGE.
   */
  read(names: readonly string[]): Promise<Map<string, StoredTensor>>;
  close(): Promise<void>;
};

const HEAD_BYTES = 16;

/**
 * Opens a `.pt` or `.safetensors` file by what it begins with, whatever its name says.
 * @throws AppError PATH_*, CKPT_UNSAFE, CKPT_DAMAGED, CKPT_FORMAT, CKPT_TOO_LARGE.
 */
export async function openWeightsFile(path: string): Promise<WeightsFile> {
  const source = await openBytes(path);
  try {
    return await readWeightsFile(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** As `openWeightsFile`, of any bytes. */
export async function readWeightsFile(source: ByteSource): Promise<WeightsFile> {
  const { label, sizeBytes } = source;
  if (sizeBytes === 0) throw damagedFile(label, 'it is empty (0 bytes)');
  const head = await source.read(0, Math.min(HEAD_BYTES, sizeBytes));
  if (isZip(head)) return readTorchFile(source);
  if (isLegacyTorch(head)) {
    throw unknownFormat(
      label,
      'is of the form that PyTorch wrote before 1.6, whose pickles cannot be told from programs',
      'Where you trust its maker, load it in Python with torch.load(FILE, weights_only=True) and write that with torch.save.',
    );
  }
  if (head[8] !== OPENING_BRACE) {
    throw unknownFormat(
      label,
      'is neither a PyTorch nor a safetensors file',
      'Give a .pt or .safetensors file.',
    );
  }
  return readSafetensorsFile(source);
}

const OPENING_BRACE = 0x7b;

/** A bare pickle: PROTO and its version. A safetensors header of such a length would have no brace at byte 8. */
function isLegacyTorch(head: Uint8Array): boolean {
  return head[0] === 0x80 && head[1]! <= 5 && head[8] !== OPENING_BRACE;
}
