/** The weights of the official code: recognised by their shapes, taken in, and given out (paper-facts 0, 3.5). */
import { AppError } from '../../domain/errors.ts';
import type { ParameterValues } from '../parameters.ts';
import { encodeSafetensors } from '../safetensors.ts';
import {
  BLOCKS,
  isBatchCount,
  type OfficialSize,
  type OfficialVariant,
  officialSpecs,
  TOWER_NAMES,
  type TowerName,
  towerPrefix,
  variantSpecs,
  variantText,
} from './official-layout.ts';
import { type OfficialNames, officialNames } from './official-names.ts';
import { shown } from './refusals.ts';
import { encodeTorchFile } from './torch-writer.ts';
import type { TensorEntry, WeightsFile } from './weights-file.ts';

/** Weights in the model's names, and what they are. */
export type OfficialWeights = OfficialVariant & {
  /** `net.video...` and `net.audio...`, float32, in the order of the state dict. */
  tensors: ParameterValues;
  /** Names of the file that were left out (heads). */
  discarded: string[];
};

/** What a table of tensors is, as far as its names and shapes tell. */
export type Recognised = {
  names: OfficialNames;
  /** Null where size, patch option or towers cannot be told. */
  variant: OfficialVariant | null;
  /** Why it is not an official model: names missing, unexpected, or of another shape. Empty where it is one. */
  differences: string[];
};

/** Formats that can be written. */
export type WritableFormat = WeightsFile['format'];

/** Differences that a message lists; the rest are in its details. */
const SHOWN_DIFFERENCES = 5;
const MOST_DIFFERENCES = 1000;

/** Looks at names and shapes only. */
export function recognise(entries: readonly TensorEntry[]): Recognised {
  const names = officialNames(entries);
  const towers = TOWER_NAMES.filter((tower) => hasTower(names, tower));
  if (towers.length === 0)
    return { names, variant: null, differences: ['no names of a video or an audio tower'] };
  const kinds = towers.map((tower) => ({ tower, ...kindOfTower(names, tower) }));
  const odd = kinds.flatMap(({ problems }) => problems);
  const [{ size, overlap }] = kinds as [(typeof kinds)[number]];
  if (odd.length > 0 || size === null || overlap === null) return { names, variant: null, differences: odd };
  if (kinds.some((kind) => kind.size !== size || kind.overlap !== overlap)) {
    const differences = kinds.map((kind) =>
      variantText({ size: kind.size!, overlap: kind.overlap!, towers: [kind.tower] }),
    );
    return {
      names,
      variant: null,
      differences: [`its towers are of different kinds: ${differences.join('; ')}`],
    };
  }
  const variant = { size, overlap, towers };
  return { names, variant, differences: differencesFrom(variant, names) };
}

/**
 * Takes official weights out of a file.
 * @throws AppError CKPT_ARCHITECTURE listing what is missing, unexpected, or of another shape or type; what reading
 *   the numbers throws.
 */
export async function fromOfficial(file: WeightsFile): Promise<OfficialWeights> {
  const { names, variant, differences } = recognise(file.entries);
  if (variant === null || differences.length > 0) throw notOfficial(file.label, variant, differences);
  const specs = variantSpecs(variant);
  const values = await file.read(specs.map(({ name }) => names.found.get(name)!.name));
  const tensors: ParameterValues = new Map();
  for (const { name } of specs) tensors.set(name, values.get(names.found.get(name)!.name)!);
  return { ...variant, tensors, discarded: names.discarded };
}

/**
 * The towers' part of a model's weights, checked, in the order in which the official code lists them. Heads stay out.
 * @throws AppError CKPT_ARCHITECTURE when they are not those of an official model.
 */
export function toOfficial(values: ParameterValues, label: string): OfficialWeights {
  const entries = [...values].map(([name, { shape }]): TensorEntry => ({ name, shape, dtype: 'F32' }));
  const { names, variant, differences } = recognise(entries);
  if (variant === null || differences.length > 0) throw notOfficial(label, variant, differences);
  const tensors: ParameterValues = new Map();
  for (const { name } of variantSpecs(variant)) tensors.set(name, values.get(names.found.get(name)!.name)!);
  return { ...variant, tensors, discarded: names.discarded };
}

/**
 * The bytes of a file that the official code loads strictly. `torch`: a dict `model` whose names begin `backbone.`, as
 * its own checkpoints. `safetensors`: the model's names, for `load_state_dict`. Same input, same bytes.
 */
export function encodeOfficial({ tensors }: OfficialWeights, format: WritableFormat): Uint8Array {
  const prefix = format === 'torch' ? 'backbone.' : '';
  const named: ParameterValues = new Map([...tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor]));
  const wholeNumbers = new Set([...named.keys()].filter(isBatchCount));
  return format === 'torch'
    ? encodeTorchFile('model', named, wholeNumbers)
    : encodeSafetensors(named, { format: 'pt' }, wholeNumbers);
}

function hasTower({ found }: OfficialNames, tower: TowerName): boolean {
  const prefix = towerPrefix(tower);
  return [...found.keys()].some((name) => name.startsWith(prefix));
}

/** Size by the number of blocks, patch option by the kernel of the first convolution (paper-facts 0). */
function kindOfTower(
  { found }: OfficialNames,
  tower: TowerName,
): { size: OfficialSize | null; overlap: boolean | null; problems: string[] } {
  const problems: string[] = [];
  const blocks = countBlocks([...found.keys()], tower);
  const size = (['S', 'B'] as const).find((candidate) => BLOCKS[candidate] === blocks) ?? null;
  if (size === null)
    problems.push(`the ${tower} tower has ${blocks} blocks, S has ${BLOCKS.S} and B ${BLOCKS.B}`);
  const name = `${towerPrefix(tower)}patch_embed.proj.weight`;
  const shape = found.get(name)?.shape;
  if (shape === undefined) return { size, overlap: null, problems: [...problems, `${name} is missing`] };
  const overlap = [false, true].find((candidate) => patchShape(tower, candidate) === shape.join()) ?? null;
  if (overlap === null)
    problems.push(`${name} is [${shape.join(', ')}], which is no patch option of the paper`);
  return { size, overlap, problems };
}

function countBlocks(names: readonly string[], tower: TowerName): number {
  const prefix = `${towerPrefix(tower)}blocks.`;
  const indices = names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split('.')[0]);
  return new Set(indices).size;
}

function patchShape(tower: TowerName, overlap: boolean): string | undefined {
  const specs = officialSpecs(tower, 'S', overlap);
  return specs.find(({ name }) => name.endsWith('patch_embed.proj.weight'))?.shape.join();
}

function differencesFrom(variant: OfficialVariant, { found, doubled }: OfficialNames): string[] {
  const specs = variantSpecs(variant);
  const wanted = new Set(specs.map(({ name }) => name));
  const differences = specs.flatMap(({ name, shape }) => {
    const entry = found.get(name);
    if (entry === undefined) return [`${name} is missing`];
    if (entry.shape.join() === shape.join()) return [];
    return [`${name} is [${entry.shape.join(', ')}], not [${shape.join(', ')}]`];
  });
  for (const name of found.keys())
    if (!wanted.has(name)) differences.push(`${shown(name)} is not part of it`);
  for (const name of doubled) differences.push(`${shown(name)} is there twice`);
  return differences;
}

function notOfficial(
  label: string,
  variant: OfficialVariant | null,
  differences: readonly string[],
): AppError {
  const list = differences.slice(0, SHOWN_DIFFERENCES).join('; ');
  const rest = differences.length > SHOWN_DIFFERENCES ? '; ...' : '';
  const what = variant === null ? 'an official model' : `those of ${variantText(variant)}`;
  const count = differences.length === 1 ? '1 difference' : `${differences.length} differences`;
  return new AppError(
    'CKPT_ARCHITECTURE',
    `The weights of ${label} are not ${what} (${count}: ${list}${rest}). They were not loaded. "dubscope weights inspect" lists all that differs.`,
    { details: { file: label, differences: differences.slice(0, MOST_DIFFERENCES) } },
  );
}
