/** Pieces that the schemas of requests are made of. */
import { z } from 'zod';
import { FINDING_CODES } from '../domain/finding.ts';
import type { PairState } from '../domain/title.ts';
import type { PairFilter } from '../domain/view.ts';

/** Most ids that one request may name. */
export const MOST_IDS = 1_000_000;
/** An id of a row, a run, a job. */
export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.:-]+$/);
/** A path of the machine that runs the host; where they stand: path-fields.ts. */
export const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'), 'holds a NUL character');
/** The name of something that lies in the folder of exports: compared with what is there, never made a path of. */
export const exportName = z.string().min(1).max(255);
/** Who says so. */
export const by = z.string().max(64).optional();
/** A time of a shot. */
export const sec = z.number().min(0).max(604_800);
/** A request without arguments. */
export const nothing = z.strictObject({}) as unknown as z.ZodType<Record<string, never>>;
/** Where a list goes on. */
export const page = { cursor: z.string().max(256).optional(), limit: z.int().min(1).max(1000).optional() };

const STATES = ['accepted', 'rejected', 'needs-work', 'suspect', 'open'] as const satisfies PairState[];
/** Which side of training and measuring a title is on. */
export const split = z.enum(['train', 'heldout']);
/** What a person says of a pair. */
export const verdict = z.enum(['accept', 'reject', 'needs-work']);

/** Which pairs are meant. */
export const filter = z.strictObject({
  languages: z.array(z.string().max(35)).max(200).optional(),
  states: z.array(z.enum(STATES)).max(STATES.length).optional(),
  split: split.optional(),
  titleIds: z.array(id).max(MOST_IDS).optional(),
  findingCodes: z.array(z.enum(FINDING_CODES)).max(FINDING_CODES.length).optional(),
  minSeverity: z.enum(['info', 'warning', 'fault']).optional(),
  maxScore: z.number().min(-1).max(1).optional(),
  text: z.string().max(200).optional(),
}) satisfies z.ZodType<PairFilter>;
