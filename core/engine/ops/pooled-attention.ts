/** Attention over a grid of tokens with decomposed relative positions, as MViTv2 has it (paper-facts 3.1). */
import { type Tensor, type Tensor3D, type Tensor4D, tf } from '../tf.ts';
import {
  type AxisPositions,
  axisProducts,
  axisProductsGradients,
  keyPlaces,
  type TokenGrid,
} from './axis-positions.ts';
import { customOp } from './custom-op.ts';

/** What the attention depends on besides its tensors. */
export type PooledAttentionLayout = {
  queryGrid: TokenGrid;
  keyGrid: TokenGrid;
  /** Whether a class token comes before the grid, in queries and in keys. It has no position. */
  classToken: boolean;
};

/**
 * `softmax(q k^T / sqrt(features) + positions) v`, where the position term of two tokens is the sum over the axes of
 * `q . vector(place of the query, place of the key)`, with the unscaled query (paper-facts 3.1).
 *
 * The term is folded into the product: queries get one more feature for each place of a key along an axis (the product
 * with that place's vector), and keys a 1 at their own places. One matrix product then gives the sum, and in the
 * backward pass one more gives all its gradients. Saves these longer queries and keys, `v`, the probabilities and the
 * result.
 * @param q `[batch, heads, (1 +) queries, features]`
 * @param k `[batch, heads, (1 +) keys, features]`
 * @param v `[batch, heads, (1 +) keys, features]`
 * @returns `[batch, heads, (1 +) queries, features]`
 */
export function pooledAttention(
  q: Tensor4D,
  k: Tensor4D,
  v: Tensor4D,
  positions: AxisPositions,
  layout: PooledAttentionLayout,
): Tensor4D {
  const scale = 1 / Math.sqrt(q.shape[3]);
  const tables = [positions.height, positions.width, ...(positions.time === null ? [] : [positions.time])];
  const [result] = customOp(
    [q, k, v, ...tables],
    (save) => {
      const longQ = tf.tidy(() => lengthenQueries(q, positions, layout));
      const longK = tf.tidy(() => lengthenKeys(k, scale, layout, positions.time !== null));
      const probabilities = tf.tidy(() => tf.softmax(tf.matMul(longQ, longK, false, true)));
      const out = tf.matMul(probabilities, v);
      save([longQ, longK, v, probabilities, out, ...tables]);
      return [out];
    },
    ([dy], saved) => attentionGradients(dy as Tensor4D, saved, scale, layout),
  );
  return result as Tensor4D;
}

/** `[q | products with the position vectors]`; 0 for the class token. // [batch, heads, tokens, longer] */
function lengthenQueries(q: Tensor4D, positions: AxisPositions, layout: PooledAttentionLayout): Tensor4D {
  const products = axisProducts(gridOf(q, layout), positions, layout.queryGrid);
  const first = layout.classToken ? 1 : 0;
  const all = tf.pad(products, [
    [0, 0],
    [0, 0],
    [first, 0],
    [0, 0],
  ]);
  return tf.concat([q, all], 3) as Tensor4D;
}

/** `[k scale | 1 at the key's own places]`; 0 for the class token. // [batch, heads, tokens, longer] */
function lengthenKeys(
  k: Tensor4D,
  scale: number,
  { keyGrid, classToken }: PooledAttentionLayout,
  hasTime: boolean,
): Tensor4D {
  const [batch, heads] = k.shape;
  const places = keyPlaces(keyGrid, classToken, hasTime); // [tokens, longer - features]
  return tf.concat(
    [tf.mul(k, scale), tf.tile(tf.expandDims(tf.expandDims(places, 0), 0), [batch, heads, 1, 1])],
    3,
  );
}

function attentionGradients(
  dy: Tensor4D,
  saved: Tensor[],
  scale: number,
  layout: PooledAttentionLayout,
): Tensor[] {
  const [longQ, longK, v, probabilities, out] = saved as [Tensor4D, Tensor4D, Tensor4D, Tensor4D, Tensor4D];
  const [height, width, time = null] = saved.slice(5) as [Tensor3D, Tensor3D, Tensor3D?];
  const features = v.shape[3];
  const dv = tf.matMul(probabilities, dy, true, false);
  const dLogits = tf.tidy(() => logitGradients(dy, { v, probabilities, out }));
  const dLongQ = tf.matMul(dLogits, longK) as Tensor4D;
  const dLongK = tf.matMul(dLogits, longQ, true, false) as Tensor4D;
  dLogits.dispose();
  const dk = tf.mul(firstFeatures(dLongK, features), scale);
  const query = firstFeatures(longQ, features);
  const { dGrid, tables } = axisProductsGradients(
    gridOf(dLongQ, layout),
    gridOf(query, layout),
    { height, width, time },
    layout.queryGrid,
  );
  const dGridTokens = layout.classToken
    ? tf.pad(dGrid, [
        [0, 0],
        [0, 0],
        [1, 0],
        [0, 0],
      ])
    : dGrid;
  return [tf.add(firstFeatures(dLongQ, features), dGridTokens), dk, dv, ...tables];
}

/**
 * Softmax's gradient `p (dp - sum(dp p))`: the sum over keys is `dy . out`, and as one more feature of `dy` it needs no
 * pass over the probabilities of its own.
 */
function logitGradients(
  dy: Tensor4D,
  { v, probabilities, out }: { v: Tensor4D; probabilities: Tensor4D; out: Tensor4D },
): Tensor4D {
  const along = tf.neg(tf.sum(tf.mul(dy, out), -1, true));
  const longDy = tf.concat([dy, along], 3);
  const longV = tf.concat([v, tf.ones([...v.shape.slice(0, 3), 1])], 3);
  return tf.mul(probabilities, tf.matMul(longDy, longV, false, true));
}

function firstFeatures(x: Tensor4D, features: number): Tensor4D {
  return tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, features]);
}

/** The tokens of the grid, without the class token. */
function gridOf(x: Tensor4D, { classToken }: PooledAttentionLayout): Tensor4D {
  return classToken ? tf.slice(x, [0, 0, 1, 0], [-1, -1, -1, -1]) : x;
}
