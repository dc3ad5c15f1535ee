/** The sizes of every block of an MViTv2, worked out from its preset and its input (paper-facts 3.1, 3.3, 3.4). */
import type { Extent3, MvitPreset } from './presets.ts';

/** One block. Extents count tokens along time, height and width, without the class token. */
export type MvitBlockPlan = {
  index: number;
  widthIn: number;
  widthOut: number;
  heads: number;
  /** Grid that comes in. */
  grid: Extent3;
  /** Strides of the pooling convolutions. */
  queryStride: Extent3;
  keyStride: Extent3;
  /** Grid of queries, which is also the grid that goes out. */
  queryGrid: Extent3;
  keyGrid: Extent3;
  /** Rows of the tables of positions in height and width (both alike), and in time (0: no table). */
  spatialRows: number;
  temporalRows: number;
};

/** A whole tower. */
export type MvitPlan = { grid: Extent3; blocks: MvitBlockPlan[] };

/** The plan of `preset` for an input of `input` frames, rows and columns. */
export function mvitPlan(input: Extent3, preset: MvitPreset): MvitPlan {
  const { kernel, stride, padding } = preset.patch;
  const grid = mapExtent((i) => Math.floor((input[i] + 2 * padding[i] - kernel[i]) / stride[i]) + 1);
  const blocks: MvitBlockPlan[] = [];
  let current = grid;
  // The tables follow a grid that is halved by rounding down, the tokens one that is rounded up ("size traps").
  let tableGrid = grid;
  let width = preset.embed;
  let keyStride = preset.keyStride;
  for (let index = 0; index < preset.depth; index += 1) {
    const isStage = preset.stages.includes(index);
    const queryStride = isStage ? 2 : 1;
    if (isStage) keyStride = Math.max(Math.floor(keyStride / 2), 1);
    const widthOut = isStage ? 2 * width : width;
    const queryTable = halved(tableGrid, queryStride, Math.floor);
    blocks.push({
      index,
      widthIn: width,
      widthOut,
      heads: widthOut / preset.embed,
      grid: current,
      queryStride: [1, queryStride, queryStride],
      keyStride: [1, keyStride, keyStride],
      queryGrid: halved(current, queryStride, Math.ceil),
      keyGrid: halved(current, keyStride, Math.ceil),
      spatialRows: spatialRows(queryTable, halved(tableGrid, keyStride, Math.floor)),
      temporalRows: preset.temporalPositions ? 2 * grid[0] - 1 : 0,
    });
    current = halved(current, queryStride, Math.ceil);
    tableGrid = queryTable;
    width = widthOut;
  }
  return { grid, blocks };
}

/** Tokens of a grid. */
export function tokensOf([time, height, width]: Extent3): number {
  return time * height * width;
}

/** `max(q_h, k_h) + max(q_w, k_w) - 1`, for both tables (paper-facts 3.1 b). */
function spatialRows(query: Extent3, key: Extent3): number {
  return Math.max(query[1], key[1]) + Math.max(query[2], key[2]) - 1;
}

function halved(grid: Extent3, stride: number, round: (value: number) => number): Extent3 {
  return [grid[0], round(grid[1] / stride), round(grid[2] / stride)];
}

function mapExtent(of: (axis: 0 | 1 | 2) => number): Extent3 {
  return [of(0), of(1), of(2)];
}
