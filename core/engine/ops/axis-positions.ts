/** The position term of attention along the axes of a grid of tokens, each axis on its own. */
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../tf.ts';

/** A grid of tokens: time, height, width. */
export type TokenGrid = readonly [number, number, number];

/** Vectors of every pair of places along one axis // [places of queries, places of keys, features] */
export type AxisPositions = { height: Tensor3D; width: Tensor3D; time: Tensor3D | null };

/**
 * Products of each query with the vectors of its place and every key's place, axis after axis.
 * @param q `[batch, heads, queries, features]`
 * @returns `[batch, heads, queries, keys of the height + of the width (+ of time)]`
 */
export function axisProducts(q: Tensor4D, positions: AxisPositions, grid: TokenGrid): Tensor4D {
  const { height, width, time } = positions;
  const [batch, heads, queries] = q.shape;
  const tokens = (x: Tensor, places: number): Tensor => tf.reshape(x, [batch, heads, queries, places]);
  const rows = inRows(q, grid);
  const products = [
    tokens(byPlace(rows, height, true), height.shape[1]),
    tokens(turned(byPlace(turned(rows), width, true)), width.shape[1]),
  ];
  if (time !== null) products.push(tokens(byPlace(inFrames(q, grid), time, true), time.shape[1]));
  return tf.concat(products, 3) as Tensor4D;
}

/**
 * Gradients of `axisProducts` by the queries and by each table.
 * @param dLong gradient of the longer queries, of which the last features are the products
 * @param q the queries
 */
export function axisProductsGradients(
  dLong: Tensor4D,
  q: Tensor4D,
  positions: AxisPositions,
  grid: TokenGrid,
): { dGrid: Tensor4D; tables: Tensor3D[] } {
  const { height, width, time } = positions;
  const [, , , features] = q.shape;
  const part = (start: number, places: number): Tensor4D =>
    tf.slice(dLong, [0, 0, 0, start], [-1, -1, -1, places]);
  const rows = inRows(q, grid);
  const dHeight = inRows(part(features, height.shape[1]), grid);
  const dWidth = turned(inRows(part(features + height.shape[1], width.shape[1]), grid));
  const byHeight = tf.reshape(byPlace(dHeight, height, false), q.shape) as Tensor4D;
  const byWidth = tf.reshape(turned(byPlace(dWidth, width, false)), q.shape) as Tensor4D;
  const tables = [tableGradient(dHeight, rows), tableGradient(dWidth, turned(rows))];
  if (time === null) return { dGrid: tf.add(byHeight, byWidth), tables };
  const dTime = inFrames(part(features + height.shape[1] + width.shape[1], time.shape[1]), grid);
  const byTime = tf.reshape(byPlace(dTime, time, false), q.shape) as Tensor4D;
  return {
    dGrid: tf.addN([byHeight, byWidth, byTime]),
    tables: [...tables, tableGradient(dTime, inFrames(q, grid))],
  };
}

/**
 * For every key, a 1 at its place along each axis: height, width, then time where the grid has positions in time.
 * @returns `[(1 +) keys, sum of the axes]`
 */
export function keyPlaces(
  [times, heights, widths]: TokenGrid,
  classToken: boolean,
  hasTime: boolean,
): Tensor2D {
  const first = classToken ? 1 : 0;
  const keys = times * heights * widths + first;
  const length = heights + widths + (hasTime ? times : 0);
  const places = new Float32Array(keys * length);
  for (let key = first; key < keys; key += 1) {
    const place = key - first;
    const at = key * length;
    places[at + (Math.floor(place / widths) % heights)] = 1;
    places[at + heights + (place % widths)] = 1;
    if (hasTime) places[at + heights + widths + Math.floor(place / (heights * widths))] = 1;
  }
  return tf.tensor2d(places, [keys, length]);
}

/**
 * Product of each place's rows with its own matrix.
 * @param x `[many, places, rows, n]`
 * @param table `[places, n, m]`, or `[places, m, n]` to be transposed
 * @returns `[many, places, rows, m]`
 */
function byPlace(x: Tensor4D, table: Tensor3D, transposed: boolean): Tensor4D {
  if (table.shape[0] > 1) return tf.matMul(x, table, false, transposed);
  // TensorFlow's product of [many, 1, ...] with [1, 1, ...] gives rubbish and writes past its memory.
  const matrix = tf.reshape(table, [table.shape[1], table.shape[2]]);
  const product = tf.matMul(tf.reshape(x, [-1, x.shape[3]]) as Tensor2D, matrix, false, transposed);
  return tf.reshape(product, [...x.shape.slice(0, 3), -1] as [number, number, number, number]);
}

/** `[batch heads time, height, width, features]` */
function inRows(x: Tensor4D, [, height, width]: TokenGrid): Tensor4D {
  return tf.reshape(x, [-1, height, width, x.shape[3]]);
}

/** `[batch heads, time, height width, features]` */
function inFrames(x: Tensor4D, [time, height, width]: TokenGrid): Tensor4D {
  return tf.reshape(x, [-1, time, height * width, x.shape[3]]);
}

function turned(x: Tensor): Tensor4D {
  return tf.transpose(x as Tensor4D, [0, 2, 1, 3]);
}

/** Sum over the first axis of `d^T q` // [places of queries, places of keys, features] */
function tableGradient(d: Tensor4D, q: Tensor4D): Tensor3D {
  return tf.sum(tf.matMul(d, q, true, false), 0);
}
