/** A safetensors file whose numbers are read when they are asked for. */
import type { StoredTensor } from '../parameters.ts';
import { parseHeader, readHeaderLength } from '../safetensors-header.ts';
import type { ByteSource } from './byte-source.ts';
import { decodeFloats, requireFinite } from './dtype.ts';
import type { WeightsFile } from './weights-file.ts';

/** Reads the header of a safetensors file. @throws AppError CKPT_DAMAGED when it breaks a rule of the format. */
export async function readSafetensorsFile(source: ByteSource): Promise<WeightsFile> {
  const { label, sizeBytes } = source;
  const dataStart = readHeaderLength(await source.read(0, Math.min(8, sizeBytes)), sizeBytes, label);
  const { entries, metadata } = parseHeader(await source.read(0, dataStart), label, sizeBytes);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const readOne = async (name: string): Promise<StoredTensor> => {
    const { shape, dtype, begin, end } = byName.get(name)!;
    const place = { file: label, tensor: name };
    const data = decodeFloats(await source.read(dataStart + begin, end - begin), dtype, place);
    requireFinite(data, place);
    return { shape, data };
  };
  return {
    format: 'safetensors',
    label,
    sizeBytes,
    entries: entries.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    wrapper: null,
    otherKeys: [],
    metadata,
    read: async (names) => {
      const tensors = new Map<string, StoredTensor>();
      for (const name of names) tensors.set(name, await readOne(name));
      return tensors;
    },
    close: () => source.close(),
  };
}
