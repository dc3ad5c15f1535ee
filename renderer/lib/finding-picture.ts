/** Which picture is behind a finding. */
import { LEVEL_CODES, type LevelCode, SHARED_CODES, type SharedCode } from '../../core/domain/evidence.ts';
import type { Finding } from '../../core/domain/finding.ts';

/** A picture of levels, or of what two tracks share. */
export type FindingPictureKind = { kind: 'levels'; code: LevelCode } | { kind: 'shared'; code: SharedCode };

/** The picture behind a finding; null where there is none: of a whole title, or of another kind. */
export function pictureOf({ code, trackId }: Pick<Finding, 'code' | 'trackId'>): FindingPictureKind | null {
  if (trackId === null) return null;
  const level = LEVEL_CODES.find((one) => one === code);
  if (level !== undefined) return { kind: 'levels', code: level };
  const shared = SHARED_CODES.find((one) => one === code);
  return shared === undefined ? null : { kind: 'shared', code: shared };
}
