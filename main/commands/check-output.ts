/** What `dubscope check --json` prints, as a schema: docs/check-schema.json is made from it (tools/write-schemas.ts). */
import { z } from 'zod';
import { FINDING_CODES } from '../../core/domain/finding.ts';
import { PLANT_KINDS } from '../../core/plant/kinds.ts';

const count = z.int().min(0);
const language = z.string().describe('BCP 47 tag of the dub; "und" where nobody says it');
const titleName = z.string().describe('Name of the title');

const finding = z.strictObject({
  id: z.string().describe('Stays the same as long as the same is said of the same dub'),
  titleId: z.string(),
  titleName,
  shotId: z.string().nullable().describe('Null: about the language of the whole title'),
  shotName: z.string().nullable(),
  trackId: z.string().nullable(),
  language,
  code: z.enum(FINDING_CODES).describe('What it is; docs/checks.md has a section for each'),
  severity: z
    .enum(['info', 'warning', 'fault'])
    .describe('info: good to know. warning: listen first. fault: do not train on it'),
  sentence: z.string().describe('For a person, with the numbers in it'),
  numbers: z
    .record(z.string(), z.union([z.number(), z.string(), z.null()]))
    .describe('The numbers behind the sentence; names carry their units (Ms, Sec, Db, Hz, Percent)'),
});

const alignment = z.strictObject({
  titleId: z.string(),
  titleName,
  language,
  offsetMs: z
    .number()
    .nullable()
    .describe('How much later the dub sounds than the original, ms; null: the sound cannot tell'),
  confidence: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Probability that the offset is within 5 ms; without an offset that of the best guess, the first candidate',
    ),
  source: z.enum(['measured', 'person']),
  shotCount: count.describe('Shots whose sound took part'),
  peakRatio: z.number().describe('Height of the peak over the next one; near 1 means nothing was found'),
  candidatesMs: z.array(z.number()).describe('Other offsets that the sound would also allow, best first'),
  uncertaintyMs: z
    .number()
    .nullable()
    .optional()
    .describe('Half the width of the places that would fit nearly as well, ms'),
});

const calibrationRow = z.strictObject({
  from: z.number(),
  to: z.number(),
  claims: count,
  right: count.describe('Of the claims: within 5 ms of the truth'),
});

const score = z
  .strictObject({
    kinds: z.array(
      z.strictObject({
        kind: z.enum(PLANT_KINDS),
        planted: count,
        found: count,
        missed: z.array(z.string()),
      }),
    ),
    falseAlarms: z.array(
      z.strictObject({ code: z.enum(FINDING_CODES), pairs: count, sentences: z.array(z.string()) }),
    ),
    cleanPairs: count,
    alarmedPairs: count,
    offsets: z.strictObject({
      known: count,
      claimed: count,
      within1Ms: count,
      within5Ms: count,
      wronglySure: z.array(z.string()).describe('Off by more than 5 ms at a confidence over 0.9'),
      calibration: z.array(calibrationRow),
    }),
  })
  .describe('Only with --against: the checks compared with the key of a planted corpus (docs/plant.md)');

/** The whole document. */
export const CHECK_OUTPUT = z.strictObject({
  ok: z.literal(true),
  value: z.strictObject({
    titles: count.describe('Titles checked'),
    faults: count,
    warnings: count,
    infos: count,
    offsets: count.describe('Offsets measured'),
    offsetsUnknown: count.describe('Where the sound cannot tell'),
    findings: z.array(finding).describe('Of the whole project, worst first'),
    alignments: z.array(alignment).describe('One for each title and language'),
    score: score.optional(),
  }),
});

/** The schema as JSON Schema, draft 2020-12, as text. */
export function checkSchemaText(): string {
  const schema = z.toJSONSchema(CHECK_OUTPUT);
  const title = 'dubscope check --json';
  return `${JSON.stringify({ ...schema, title, description: 'Made by tools/write-schemas.ts; do not edit.' }, null, 2)}\n`;
}
