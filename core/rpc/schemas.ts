/** What each request's argument must look like. Every argument that enters is parsed here, once, whoever sent it. */
import { z } from 'zod';
import { type BulkEdit, FARTHEST_OFFSET_MS } from '../domain/bulk-edit.ts';
import { LEVEL_CODES, MOST_LEVEL_COLUMNS, MOST_PARTNERS, SHARED_CODES } from '../domain/evidence.ts';
import { EXPORT_FORMATS, EXPORT_KINDS } from '../domain/export.ts';
import { SETUP_PARTS } from '../domain/first-start.ts';
import { TRACK_ROLES } from '../domain/media.ts';
import { TRACK_SCOPES } from '../domain/track-edit.ts';
import type { RequestArguments, RequestName } from './contract.ts';
import {
  by,
  exportName,
  filter,
  id,
  MOST_IDS,
  nothing,
  page,
  path,
  sec,
  split,
  verdict,
} from './schema-parts.ts';
import { RUN_SCHEMAS } from './schemas-runs.ts';

const pairIds = z.array(id).min(1).max(MOST_IDS);
const selection = [{ pairIds }, { filter, exceptIds: pairIds.optional() }] as const;
const pairList = {
  filter: filter.optional(),
  order: z.enum(['imported', 'suspicion', 'score', 'listen']).optional(),
};
const place = z.int().min(0).max(2_147_483_647);
const decisionRest = { verdict, reason: z.string().max(2000).optional(), by };

const offsetMs = z.number().min(-FARTHEST_OFFSET_MS).max(FARTHEST_OFFSET_MS);
const bulkEdit = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('language'),
    language: z.string().min(1).max(100),
    swap: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('role'), role: z.enum(TRACK_ROLES) }),
  z.strictObject({ kind: z.literal('shift'), byMs: offsetMs }),
  z.strictObject({ kind: z.literal('offset'), offsetMs }),
  z.strictObject({ kind: z.literal('measured') }),
]) satisfies z.ZodType<BulkEdit>;
const bulkRest = { edit: bulkEdit, preview: z.boolean().optional(), by };

const importArguments = {
  paths: z.array(path).max(100_000),
  originalLanguage: z.string().max(35).optional(),
  patterns: z.array(z.string().min(1).max(1000)).max(100).optional(),
  preset: z.string().min(1).max(100).optional(),
  manifest: path.optional(),
  list: z.strictObject({ path, kind: z.string().min(1).max(100) }).optional(),
  tracks: z
    .array(
      z.strictObject({
        path,
        streamIndex: z.int().min(0).max(1000),
        language: z.string().min(1).max(35).optional(),
        role: z.enum(TRACK_ROLES).optional(),
      }),
    )
    .max(100_000)
    .optional(),
};

/** The runtime table of requests: a name that is not here does not exist. */
export const REQUEST_SCHEMAS = {
  'project/create': z.strictObject({ folder: path }),
  'project/open': z.strictObject({ folder: path, readOnly: z.boolean().optional() }),
  'project/close': nothing,
  'project/summary': nothing,
  'project/lint': nothing,
  'journal/list': z.strictObject(page),
  'journal/undo': nothing,
  'journal/redo': nothing,
  'import/start': z.strictObject({ ...importArguments, by }),
  'import/plan': z.strictObject(importArguments),
  'import/planned': nothing,
  'import/presets': nothing,
  'import/names': z.strictObject(importArguments),
  'import/report': nothing,
  'import/unfinished': nothing,
  'import/resume': nothing,
  'import/forget': nothing,
  'check/start': z.strictObject({
    titleIds: z.array(id).min(1).max(MOST_IDS).optional(),
    profile: path.optional(),
  }),
  'title/list': z.strictObject({ ...page, text: z.string().max(200).optional() }),
  'title/get': z.strictObject({ titleId: id }),
  'title/set-split': z.strictObject({ titleIds: z.array(id).min(1).max(MOST_IDS), split, by }),
  'pair/list': z.strictObject({
    ...page,
    ...pairList,
    from: place.optional(),
  }),
  'pair/ids': z.strictObject({ ...pairList, from: place, limit: z.int().min(1).max(100_000) }),
  'pair/place': z.strictObject({ ...pairList, pairId: id }),
  'pair/seek': z.strictObject({
    ...pairList,
    from: place.or(z.literal(-1)),
    step: z.union([z.literal(1), z.literal(-1)]),
    minSeverity: z.enum(['info', 'warning', 'fault']).optional(),
  }),
  'pair/measure': z.union([z.strictObject(selection[0]), z.strictObject(selection[1])]),
  'pair/edit': z.union([
    z.strictObject({ ...selection[0], ...bulkRest }),
    z.strictObject({ ...selection[1], ...bulkRest }),
  ]),
  'pair/count': z.strictObject({ filter: filter.optional() }),
  'pair/get': z.strictObject({ pairId: id }),
  'shot/inspect': z.strictObject({ shotId: id }),
  'track/peaks': z
    .strictObject({
      trackId: id,
      startSec: z.number().min(-86_400).max(604_800),
      endSec: z.number().min(-86_400).max(604_800),
      columns: z.int().min(1).max(8192),
    })
    .refine(({ startSec, endSec }) => endSec > startSec, 'ends before it begins'),
  'track/relabel': z.strictObject({
    trackId: id,
    language: z.string().min(1).max(100),
    scope: z.enum(TRACK_SCOPES),
    swap: z.boolean().optional(),
    by,
  }),
  'track/set-role': z.strictObject({
    trackId: id,
    role: z.enum(TRACK_ROLES),
    scope: z.enum(TRACK_SCOPES),
    by,
  }),
  'clip/split': z.strictObject({ clipId: id, atSec: sec, by }),
  'clip/trim': z.strictObject({ clipId: id, startSec: sec, endSec: sec, by }),
  'decision/set': z.union([
    z.strictObject({ ...selection[0], ...decisionRest }),
    z.strictObject({ ...selection[1], ...decisionRest }),
  ]),
  'decision/clear': z.union([
    z.strictObject({ ...selection[0], by }),
    z.strictObject({ ...selection[1], by }),
  ]),
  'decision/suggest': z.strictObject({ filter: filter.optional(), by }),
  'decision/import': z.strictObject({
    path,
    preview: z.boolean().optional(),
    replace: z.boolean().optional(),
    by,
  }),
  'decision/imported': z.strictObject({ jobId: id }),
  'export/list': z.strictObject({ within: exportName.optional() }),
  'export/delete': z.strictObject({ name: exportName }),
  'export/start': z.strictObject({
    kind: z.enum(EXPORT_KINDS),
    path,
    format: z.enum(EXPORT_FORMATS).optional(),
    filter: filter.optional(),
    overwrite: z.boolean().optional(),
    shards: z
      .strictObject({
        clips: z.int().min(1).max(100_000).optional(),
        megabytes: z.int().min(1).max(1_000_000).optional(),
        sampleRateHz: z.int().min(8000).max(192_000).optional(),
        shortSidePx: z.int().min(16).max(8192).multipleOf(2).optional(),
      })
      .optional(),
  }),
  'finding/list': z.strictObject({ ...page, titleId: id.optional() }),
  'finding/levels': z.strictObject({
    trackId: id,
    code: z.enum(LEVEL_CODES),
    columns: z.int().min(1).max(MOST_LEVEL_COLUMNS),
    whole: z.boolean().optional(),
  }),
  'finding/shared': z.strictObject({
    trackId: id,
    code: z.enum(SHARED_CODES),
    partner: z
      .int()
      .min(0)
      .max(MOST_PARTNERS - 1)
      .optional(),
  }),
  'alignment/list': nothing,
  'alignment/evidence': z.strictObject({ titleId: id, language: z.string().min(1).max(35) }),
  'alignment/set': z.strictObject({
    titleId: id,
    language: z.string().min(1).max(35),
    offsetMs: offsetMs.nullable(),
    by,
  }),
  'view/list': nothing,
  'view/save': z.strictObject({ name: z.string().min(1).max(200), filter, by }),
  'view/remove': z.strictObject({ viewId: id, by }),
  'view/dataset': z.strictObject({ filter }),
  ...RUN_SCHEMAS,
  'setup/look': nothing,
  'setup/start': z.strictObject({ parts: z.array(z.enum(SETUP_PARTS)).min(1).max(SETUP_PARTS.length) }),
  'job/list': nothing,
  'job/get': z.strictObject({ jobId: id }),
  'job/log': z.strictObject({ jobId: id }),
  'job/cancel': z.strictObject({ jobId: id }),
  'job/move': z.strictObject({ jobId: id, to: z.enum(['next', 'up', 'down', 'last']) }),
} satisfies { [K in RequestName]: z.ZodType<RequestArguments<K>> };
