/** Weights of any file for a run to start from, in the model's names. */
import type { ParameterValues } from '../parameters.ts';
import { officialNames } from './official-names.ts';
import { damagedFile, shown } from './refusals.ts';
import { openWeightsFile } from './weights-file.ts';

/**
 * Every tensor of a file under the model's names: prefixes of the official code are taken off, what it would discard
 * (its head) is left out, Dubscope's own heads stay. Whether they fit a preset is for the model to say.
 * @throws as `openWeightsFile` and `WeightsFile.read`.
 */
export async function loadModelWeights(path: string): Promise<ParameterValues> {
  const file = await openWeightsFile(path);
  try {
    const { found, prefix, discarded, doubled } = officialNames(file.entries);
    if (doubled.length > 0) throw damagedFile(file.label, `${shown(doubled[0]!)} is there twice`);
    const kept = prefix === '' ? discarded : [];
    const inFile = new Map([...found].map(([name, entry]) => [name, entry.name]));
    for (const name of kept) inFile.set(name, name);
    const values = await file.read([...inFile.values()]);
    return new Map([...inFile].map(([name, from]) => [name, values.get(from)!]));
  } finally {
    await file.close();
  }
}
