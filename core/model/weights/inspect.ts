/** What a weights file is, in numbers and names, without reading its numbers. */
import { isBatchCount, type OfficialVariant } from './official-layout.ts';
import { recognise } from './official-weights.ts';
import { shown } from './refusals.ts';
import { openWeightsFile, type WeightsFile } from './weights-file.ts';

/** All that `dubscope weights inspect` says. Names come out of the file and are made fit to be shown. */
export type WeightsReport = {
  file: string;
  format: WeightsFile['format'];
  sizeBytes: number;
  /** Key under which a PyTorch file keeps its state dict; null where there is none. */
  wrapper: string | null;
  /** Tensors of the state dict. */
  tensorCount: number;
  /** Numbers that are trained: all but running statistics and counts. */
  parameterCount: number;
  /** Running statistics and counts. */
  statisticCount: number;
  /** Tensors of each type. */
  dtypes: Record<string, number>;
  /** What stands before the model's names. */
  prefix: string;
  /** Null where it is not an official model; `differences` then says why. */
  official: OfficialVariant | null;
  differences: string[];
  /** Tensors that are not of the towers, as the official code discards them. */
  discarded: string[];
  /** What else the file holds beside tensors. */
  otherKeys: string[];
};

/** Opens a file and describes it. @throws as `openWeightsFile`. */
export async function inspectWeights(path: string): Promise<WeightsReport> {
  const file = await openWeightsFile(path);
  try {
    return describeWeights(file);
  } finally {
    await file.close();
  }
}

/** Describes an open file. */
export function describeWeights(file: WeightsFile): WeightsReport {
  const { names, variant, differences } = recognise(file.entries);
  const dtypes: Record<string, number> = {};
  let parameterCount = 0;
  let statisticCount = 0;
  for (const { name, shape, dtype } of file.entries) {
    dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
    const count = shape.reduce((product, length) => product * length, 1);
    if (isStatistic(name)) statisticCount += count;
    else parameterCount += count;
  }
  return {
    file: file.label,
    format: file.format,
    sizeBytes: file.sizeBytes,
    wrapper: file.wrapper,
    tensorCount: file.entries.length,
    parameterCount,
    statisticCount,
    dtypes,
    prefix: names.prefix,
    official: differences.length === 0 ? variant : null,
    differences,
    discarded: names.discarded.map(shown),
    otherKeys: file.otherKeys.map(shown),
  };
}

function isStatistic(name: string): boolean {
  return isBatchCount(name) || name.endsWith('.running_mean') || name.endsWith('.running_var');
}
