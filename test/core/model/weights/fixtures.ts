/** What the tests of weights files share. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, hasCode } from '../../../../core/domain/errors.ts';
import type { StoredTensor } from '../../../../core/model/parameters.ts';
import { bytesInMemory } from '../../../../core/model/weights/byte-source.ts';
import { readWeightsFile, type WeightsFile } from '../../../../core/model/weights/weights-file.ts';

/** Files made by tools/make-weights-fixtures.py. */
export const FIXTURES = join(import.meta.dirname, '../../../fixtures/weights');

/** Names, shapes and types of the official towers, as PyTorch printed them. */
export const STATE_DICT_LISTING = join(
  import.meta.dirname,
  '../../../../../shared/reference/mvit-state-dict.txt',
);

/** A Python with torch and safetensors, or null. */
export const PYTHON = process.env.DUBSCOPE_TEST_PYTHON ?? null;

/** The bytes of a fixture. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, name)));
}

/** Opens bytes as a weights file. */
export function openBytesOf(bytes: Uint8Array, label = 'some.pt'): Promise<WeightsFile> {
  return readWeightsFile(bytesInMemory(bytes, label));
}

/** Every tensor of a file. */
export async function readAll(bytes: Uint8Array, label?: string): Promise<Map<string, StoredTensor>> {
  const file = await openBytesOf(bytes, label);
  return file.read(file.entries.map(({ name }) => name));
}

/** The error of a promise that must fail with a code. */
export async function refusalOf(work: Promise<unknown>, code: ErrorCode): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (hasCode(error, code)) return String(error);
    throw error;
  }
  throw new Error(`not refused with ${code}`);
}

/** Whether a file that only this workplace has is there. */
export const hasListing = existsSync(STATE_DICT_LISTING);
if (!hasListing)
  process.stderr.write('NOT TESTED against ../shared/reference/mvit-state-dict.txt: not there.\n');
