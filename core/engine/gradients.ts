/**
 * The backward pass. tfjs's own keeps every saved tensor and every intermediate gradient until the end; this one walks
 * the same tape and frees each as soon as nothing needs it, as PyTorch does. The tape's layout is that of tfjs 4.22,
 * the last release.
 */
import { InvariantError } from '../domain/errors.ts';
import { withTapeAside } from './ops/tape.ts';
import { type Tensor, tf } from './tf.ts';

type TapeNode = {
  kernelName: string;
  inputs: Record<string, Tensor>;
  outputs: Tensor[];
  saved: Tensor[] | null;
  gradient?: (dys: (Tensor | null)[]) => Record<string, () => Tensor>;
};

type EngineInternals = {
  state: { activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
};

/**
 * The value of `f` and its gradients.
 * @param sources what to differentiate by; one that `f` does not use gets zeros
 * @param dy gradient of the value; default ones. It stays the caller's.
 * @returns tensors that belong to the caller
 */
export function valueAndGradients(
  f: () => Tensor,
  sources: readonly Tensor[],
  dy?: Tensor,
): { value: Tensor; gradients: Tensor[] } {
  return withTapeAside(() => {
    const engine = tf.engine() as unknown as EngineInternals;
    engine.startTape();
    let value: Tensor;
    try {
      value = tf.tidy(f);
    } catch (error) {
      freeSaved(engine.state.activeTape ?? []);
      throw error;
    } finally {
      engine.endTape();
    }
    const tape = engine.state.activeTape ?? [];
    engine.state.activeTape = null;
    try {
      return { value, gradients: walkBack(tape, value, sources, dy) };
    } catch (error) {
      value.dispose();
      throw error;
    } finally {
      freeSaved(tape);
    }
  });
}

/** Frees what a tape still holds. */
function freeSaved(tape: readonly TapeNode[]): void {
  for (const node of tape) releaseSaved(node);
}

function releaseSaved(node: TapeNode): void {
  for (const tensor of node.saved ?? []) tensor.dispose();
  node.saved = null;
}

function walkBack(
  tape: readonly TapeNode[],
  value: Tensor,
  sources: readonly Tensor[],
  dy: Tensor | undefined,
): Tensor[] {
  const path = nodesBetween(tape, sources, value);
  for (const node of tape) if (!path.has(node)) releaseSaved(node);
  const wanted = new Set(sources.map(({ id }) => id));
  const gradients = new Map<number, Tensor>();
  return tf.tidy(() => {
    gradients.set(value.id, dy === undefined ? tf.ones(value.shape) : tf.clone(dy));
    for (let i = tape.length - 1; i >= 0; i -= 1) {
      const node = tape[i]!;
      const inputs = path.get(node);
      if (inputs !== undefined) stepBack(node, inputs, gradients, wanted);
    }
    return sources.map(({ id, shape }) => gradients.get(id) ?? tf.zeros(shape));
  });
}

/** Takes the gradients of a node's results to its inputs, and frees what only this node needed. */
function stepBack(
  node: TapeNode,
  inputs: ReadonlySet<string>,
  gradients: Map<number, Tensor>,
  wanted: ReadonlySet<number>,
): void {
  const dys = node.outputs.map(({ id }) => gradients.get(id) ?? null);
  if (node.gradient === undefined) throw new InvariantError(`${node.kernelName} has no gradient.`);
  const gradient = node.gradient;
  const used = [...inputs];
  const steps = tf.tidy(() => {
    const functions = gradient(dys);
    return used.map((name) => {
      const step = functions[name]!();
      return dys.includes(step) ? tf.clone(step) : step;
    });
  });
  for (const [i, output] of node.outputs.entries()) {
    if (wanted.has(output.id)) continue;
    dys[i]?.dispose();
    gradients.delete(output.id);
  }
  releaseSaved(node);
  for (const [i, name] of used.entries()) {
    const { id } = node.inputs[name]!;
    const before = gradients.get(id);
    gradients.set(id, before === undefined ? steps[i]! : tf.add(before, steps[i]!));
    if (before !== undefined) tf.dispose([before, steps[i]!]);
  }
}

/** The nodes that lie between sources and value, each with the names of its inputs that depend on a source. */
function nodesBetween(
  tape: readonly TapeNode[],
  sources: readonly Tensor[],
  value: Tensor,
): Map<TapeNode, Set<string>> {
  const fromSources = new Set(sources.map(({ id }) => id));
  const reached = new Map<TapeNode, Set<string>>();
  for (const node of tape) {
    const names = Object.keys(node.inputs).filter((name) => fromSources.has(node.inputs[name]!.id));
    if (names.length === 0) continue;
    reached.set(node, new Set(names));
    for (const { id } of node.outputs) fromSources.add(id);
  }
  const toValue = new Set([value.id]);
  for (const node of [...reached.keys()].reverse()) {
    if (!node.outputs.some(({ id }) => toValue.has(id))) reached.delete(node);
    else for (const name of reached.get(node)!) toValue.add(node.inputs[name]!.id);
  }
  return reached;
}
