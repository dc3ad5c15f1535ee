/** What the checks hold a dub to: thresholds with units and severities, as a file. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { FINDING_CODES, type FindingDraft, SEVERITIES } from '../domain/finding.ts';
import broadcast from './profiles/broadcast.json' with { type: 'json' };
import dataset from './profiles/dataset.json' with { type: 'json' };
import strict from './profiles/strict.json' with { type: 'json' };

const share = z.number().min(0).max(1);
const severity = z.enum(SEVERITIES as ['info', 'warning', 'fault']);
/** `off`: not told at all. */
const changed = z.union([severity, z.literal('off')]);
const LARGEST_FILE_BYTES = 100_000;

/** A profile as it stands in its file. Every threshold is described in docs/checks.md. */
export const PROFILE_SCHEMA = z.strictObject({
  name: z.string().min(1).max(60),
  description: z.string().max(500),
  thresholds: z.strictObject({
    clipped: z.strictObject({
      pileUpRatio: z.number().positive(),
      faultShare: share,
      warningShare: share,
      flatFaultShare: share,
      flatWarningShare: share,
    }),
    'level-difference': z.strictObject({
      largestLu: z.number().positive(),
      highestTruePeakDbtp: z.number().nullable(),
    }),
    'loudness-range': z.strictObject({ largestLu: z.number().positive(), shortestSec: z.number().min(3) }),
    dropout: z.strictObject({
      shortestMs: z.number().min(40),
      dropDb: z.number().min(10),
      originalAboveDbfs: z.number().max(0),
      faultMs: z.number().min(0),
      faultShare: share,
    }),
    channels: z.strictObject({
      outOfPhase: z.number().min(-1).max(0),
      cancelled: z.number().min(-1).max(0),
      deadBelowDb: z.number().min(10),
      identicalAbove: z.number().min(0.5).max(1),
      swapDb: z.number().positive(),
    }),
    'low-bandwidth': z.strictObject({
      lossRatio: share,
      belowHz: z.number().positive(),
      telephoneHz: z.number().positive(),
    }),
    truncated: z.strictObject({
      longestMissingSec: z.number().min(0.05),
      originalAboveDbfs: z.number().max(0),
      faultMs: z.number().min(0),
      faultShare: share,
    }),
  }),
  /** By finding code: what a severity becomes. */
  severities: z.partialRecord(
    z.enum(FINDING_CODES as [string, ...string[]]),
    z.strictObject({ info: changed.optional(), warning: changed.optional(), fault: changed.optional() }),
  ),
});

/** A profile that has been looked through. */
export type CheckProfile = z.infer<typeof PROFILE_SCHEMA>;

/** The profiles that come with the program, the default first. */
export const PROFILES: readonly CheckProfile[] = [dataset, strict, broadcast].map((profile) =>
  PROFILE_SCHEMA.parse(profile),
);

/** For training. */
export const DEFAULT_PROFILE: CheckProfile = PROFILES[0]!;

/**
 * The profile of that name (dataset, strict, broadcast), or of the file at that path.
 * @throws AppError PROFILE_INVALID where there is neither, or the file is no profile: says what is wrong where.
 */
export async function loadProfile(nameOrPath: string): Promise<CheckProfile> {
  const known = PROFILES.find(({ name }) => name === nameOrPath);
  if (known !== undefined) return known;
  const names = PROFILES.map(({ name }) => name).join(', ');
  const text = await readFile(nameOrPath, 'utf8').catch(() => null);
  if (text === null) {
    throw new AppError(
      'PROFILE_INVALID',
      `"${nameOrPath}" is neither a profile (${names}) nor a file that can be read. Nothing was checked.`,
    );
  }
  if (text.length > LARGEST_FILE_BYTES) throw invalid(nameOrPath, `it has ${text.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(nameOrPath, `it is no JSON: ${(error as Error).message}`);
  }
  const parsed = PROFILE_SCHEMA.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw invalid(nameOrPath, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

function invalid(path: string, reason: string): AppError {
  return new AppError(
    'PROFILE_INVALID',
    `"${path}" is no profile: ${reason}. Nothing was checked. docs/checks.md describes profiles.`,
  );
}

/** The findings with the severities that a profile gives them; those that it turns off are left out. */
export function withProfile(findings: readonly FindingDraft[], profile: CheckProfile): FindingDraft[] {
  return findings.flatMap((finding) => {
    const severity = profile.severities[finding.code]?.[finding.severity] ?? finding.severity;
    return severity === 'off' ? [] : [{ ...finding, severity }];
  });
}
