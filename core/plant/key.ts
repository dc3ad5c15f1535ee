/** The key of a planted corpus: what was done to which dub. The file `key.json`, documented in docs/plant.md. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { FINDING_CODES } from '../domain/finding.ts';
import { PLANT_KINDS } from './kinds.ts';

const name = z.string().max(1000);

const fault = z.strictObject({
  id: z.string().max(40),
  kind: z.enum(PLANT_KINDS),
  title: name,
  /** Null: in every shot of the title. */
  shot: name.nullable(),
  language: z.string().max(35),
  /** Any of these findings, as a warning or a fault, tells it. */
  codes: z.array(z.enum(FINDING_CODES)).min(1),
  /** What exactly was done; names carry their units. */
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
});

const offset = z.strictObject({
  title: name,
  language: z.string().max(35),
  /** How much later the dub was made to sound, ms; 0 where nothing was planted. */
  plantedMs: z.number(),
  /** How much later than its original it sounded in the source, as measured there; null: could not be told. */
  ownMs: z.number().nullable(),
});

const said = z.strictObject({
  title: name,
  shot: name.nullable(),
  language: z.string().max(35),
  code: z.enum(FINDING_CODES),
});

const key = z.strictObject({
  format: z.literal('dubscope-planted'),
  version: z.literal(1),
  seed: z.int(),
  /** 0 (hardly there) to 1; null: drawn for each fault. */
  strength: z.number().min(0).max(1).nullable(),
  faults: z.array(fault),
  /** Every dub that keeps one shift over its whole title. */
  offsets: z.array(offset),
  /** What the checks say of the source itself: no false alarms. */
  known: z.array(said),
});

/** One planted fault. */
export type PlantedFault = z.infer<typeof fault>;
/** The true shift of one dub. */
export type PlantedOffset = z.infer<typeof offset>;
/** What was planted in a corpus. */
export type PlantedKey = z.infer<typeof key>;

/** Name of the key beside the media. */
export const KEY_FILE = 'key.json';

/** Reads a key. @throws AppError PATH_NOT_FOUND; FIXTURE_INVALID where it is none, with the place. */
export async function readPlantedKey(path: string): Promise<PlantedKey> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError(
      'PATH_NOT_FOUND',
      `${path} cannot be read. Nothing was compared. Give the ${KEY_FILE} that dubscope plant wrote.`,
      { cause, details: { path } },
    );
  }
  return parsePlantedKey(text, path);
}

/** Reads a key's text; `label` names it in errors. @throws AppError FIXTURE_INVALID. */
export function parsePlantedKey(text: string, label: string): PlantedKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(label, 'it is not JSON', cause);
  }
  const parsed = key.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(
    label,
    `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not understood'}`,
    parsed.error,
  );
}

function invalid(label: string, why: string, cause: unknown): AppError {
  return new AppError(
    'FIXTURE_INVALID',
    `${label} is not the key of a planted corpus (${why}). Nothing was compared. Make one with: dubscope plant`,
    { cause },
  );
}
