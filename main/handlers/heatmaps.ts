/** Requests about heatmaps: as a picture, what is behind a cell, and as files. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import type { HeatmapFormat, HeatmapPicture, HeatmapSpec } from '../../core/domain/heatmap.ts';
import { renderPng } from '../../core/evaluation/heatmap-png.ts';
import { drawPicture } from '../../core/evaluation/heatmap-svg.ts';
import { heatmapCsv, heatmapNpy } from '../../core/evaluation/heatmap-table.ts';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import type { Handlers, RequestArguments } from '../../core/rpc/contract.ts';
import { evaluationReader } from '../heatmaps/evaluation-reader.ts';
import { findCellClips } from '../heatmaps/find-cell-clips.ts';
import { makeHeatmap } from '../heatmaps/make-heatmap.ts';
import type { HostContext } from '../host.ts';

/** Handlers of `heatmap/*`. */
export function heatmapHandlers(context: HostContext) {
  return {
    'heatmap/get': (spec) => makeHeatmap(evaluationReader(context.project()), spec),
    'heatmap/clips': (spec) => findCellClips(context.project(), spec),
    'heatmap/save': (a) => saveHeatmap(context, a),
  } satisfies Partial<Handlers>;
}

async function saveHeatmap(
  context: HostContext,
  { format, theme = 'light', path, overwrite = false, ...spec }: RequestArguments<'heatmap/save'>,
): Promise<{ path: string }> {
  const project = context.project();
  const picture = await makeHeatmap(evaluationReader(project), spec);
  const target = resolve(project.folder, 'exports', path ?? `${nameOf(spec)}.${format}`);
  // A name that Dubscope gave means the same picture, and is written anew.
  const hasEnding = target.toLowerCase().endsWith(`.${format}`);
  if (!hasEnding || (path !== undefined && !overwrite && existsSync(target))) {
    throw new AppError(
      'ARGUMENT_INVALID',
      `${target} ${hasEnding ? 'exists already' : `does not end in .${format}`}. Nothing was written. Give another name.`,
    );
  }
  await mkdir(dirname(target), { recursive: true });
  await atomicWrite(target, await encode(picture, format, theme));
  return { path: target };
}

/** `heatmap-eval-2-less-eval-1-languages-gap`. */
function nameOf({ evaluationId, againstId, kind, measure, clipId }: HeatmapSpec): string {
  return [
    'heatmap',
    evaluationId,
    againstId === undefined ? null : `less-${againstId}`,
    kind,
    measure,
    clipId,
  ]
    .filter((part) => part !== null && part !== undefined)
    .join('-')
    .replaceAll(/[^\w.-]/g, '_');
}

async function encode(
  picture: HeatmapPicture,
  format: HeatmapFormat,
  theme: 'light' | 'dark',
): Promise<Uint8Array | string> {
  if (format === 'csv') return heatmapCsv(picture);
  if (format === 'npy') return heatmapNpy(picture);
  const svg = drawPicture(picture, { theme });
  return format === 'svg' ? svg : renderPng(svg);
}
