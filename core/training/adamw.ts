/**
 * AdamW (Loshchilov and Hutter 2019), our own: tfjs's Adam forgets its bias correction when it is saved and matches
 * its moments by position (reliability.md, finding 1). Here the correction is computed from the step count and the
 * moments are stored by the weight's name, so a resumed run makes the same numbers.
 */
import { readValues } from '../engine/read-values.ts';
import { type Tensor, type Tensor1D, tf } from '../engine/tf.ts';
import { type ParameterSpec, type ParameterValues, sizeOf } from '../model/parameters.ts';
import { type FlatGroup, flatGroups, flatten, unflatten } from './flat-groups.ts';

/** Settings that stay the same through a run; names as in RunConfig. */
export type AdamWSettings = {
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  weightDecay: number;
};

/** What is saved of an optimizer. Moments are named `m.` or `v.` and the weight's name. */
export type AdamWState = { stepCount: number; moments: ParameterValues };

/** An optimizer and its moments on the engine. */
export type AdamW = {
  /**
   * One update. Replaces the tensors in `parameters` and disposes the old ones. `gradients` stay the caller's.
   * @param scale factor of every gradient (norm clipping)
   */
  update(
    parameters: Map<string, Tensor>,
    gradients: readonly Tensor1D[],
    step: { learningRate: number; scale: number },
  ): void;
  /** Gradients as one vector a group; the caller owns them. */
  flatten(gradients: ReadonlyMap<string, Tensor>): Tensor1D[];
  state(): Promise<AdamWState>;
  dispose(): void;
};

type Moments = { group: FlatGroup; m: Tensor1D; v: Tensor1D };

/** Starts an optimizer, from zero moments or from a saved state. */
export function createAdamW(
  specs: readonly ParameterSpec[],
  settings: AdamWSettings,
  saved?: AdamWState,
): AdamW {
  let stepCount = saved?.stepCount ?? 0;
  const moments: Moments[] = flatGroups(specs).map((group) => ({
    group,
    m: savedVector(group, 'm', saved),
    v: savedVector(group, 'v', saved),
  }));
  return {
    flatten: (gradients) => moments.map(({ group }) => flatten(group, gradients)),
    update: (parameters, gradients, step) => {
      stepCount += 1;
      for (const [i, moment] of moments.entries()) {
        updateGroup(moment, parameters, gradients[i]!, settings, { ...step, stepCount });
      }
    },
    state: async () => ({ stepCount, moments: await namedMoments(moments) }),
    dispose: () => {
      for (const { m, v } of moments) tf.dispose([m, v]);
    },
  };
}

/**
 * With g the scaled gradient: m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2;
 * w = w (1 - rate decay) - rate / (1-b1^t) * m / (sqrt(v / (1-b2^t)) + eps).
 */
function updateGroup(
  moment: Moments,
  parameters: Map<string, Tensor>,
  gradient: Tensor1D,
  settings: AdamWSettings,
  step: { learningRate: number; scale: number; stepCount: number },
): void {
  const { adamBeta1: beta1, adamBeta2: beta2, adamEpsilon: epsilon, weightDecay } = settings;
  const { group } = moment;
  const stepSize = step.learningRate / (1 - beta1 ** step.stepCount);
  const correction = Math.sqrt(1 - beta2 ** step.stepCount);
  const [m, v, weights] = tf.tidy(() => {
    const g = step.scale === 1 ? gradient : tf.mul(gradient, step.scale);
    const nextM = tf.add(tf.mul(moment.m, beta1), tf.mul(g, 1 - beta1));
    const nextV = tf.add(tf.mul(moment.v, beta2), tf.mul(tf.square(g), 1 - beta2));
    const divisor = tf.add(tf.div(tf.sqrt(nextV), correction), epsilon);
    const old = flatten(group, parameters);
    const decayed = group.decays ? tf.mul(old, 1 - step.learningRate * weightDecay) : old;
    const next = tf.sub(decayed, tf.mul(tf.div(nextM, divisor), stepSize));
    return [nextM, nextV, next] as [Tensor1D, Tensor1D, Tensor1D];
  });
  tf.dispose([moment.m, moment.v]);
  moment.m = m;
  moment.v = v;
  for (const [name, tensor] of unflatten(group, weights)) {
    parameters.get(name)!.dispose();
    parameters.set(name, tensor);
  }
  weights.dispose();
}

function savedVector(group: FlatGroup, kind: 'm' | 'v', saved: AdamWState | undefined): Tensor1D {
  const values = new Float32Array(group.size);
  let at = 0;
  for (const part of group.parts) {
    if (saved !== undefined) values.set(saved.moments.get(`${kind}.${part.name}`)!.data, at);
    at += part.size;
  }
  return tf.tensor1d(values);
}

async function namedMoments(moments: readonly Moments[]): Promise<ParameterValues> {
  const named: ParameterValues = new Map();
  for (const { group, ...vectors } of moments) {
    for (const kind of ['m', 'v'] as const) {
      const values = await readValues(vectors[kind]);
      let at = 0;
      for (const { name, shape } of group.parts) {
        const size = sizeOf({ shape });
        named.set(`${kind}.${name}`, { shape, data: values.slice(at, at + size) });
        at += size;
      }
    }
  }
  return named;
}
