/** Why a weights file is not read: one sentence each, with a code that says which kind of trouble it is. */
import { AppError, type ErrorCode } from '../../domain/errors.ts';

/** Longest name out of a file that a message shows. */
const SHOWN_CHARACTERS = 80;

/** A name out of a file, fit to be shown: control and direction characters cannot reach a terminal. */
export function shown(name: string): string {
  const clean = name.slice(0, SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, '?');
  return name.length > SHOWN_CHARACTERS ? `${clean}...` : clean;
}

/** The bytes break a rule of their format. */
export function damagedFile(label: string, reason: string, cause?: unknown): AppError {
  return refusal('CKPT_DAMAGED', label, `is damaged: ${reason}`, 'Get the file again.', { reason, cause });
}

/** The file asks for something to be called or made that is not part of weights. Nothing of it was run. */
export function unsafeFile(label: string, wanted: string): AppError {
  return new AppError(
    'CKPT_UNSAFE',
    `${label} contains program code (${shown(wanted)}); it was not run, and nothing was loaded. Ask its maker for the weights alone, as safetensors.`,
    { details: { file: label, refused: shown(wanted) } },
  );
}

/** A number of the file is beyond what is read of such files. */
export function tooLarge(label: string, reason: string): AppError {
  return refusal('CKPT_TOO_LARGE', label, reason, 'Save the weights alone.', { reason });
}

/** The file is sound, but of a kind that is not read. */
export function unknownFormat(label: string, is: string, doThis: string): AppError {
  return refusal('CKPT_FORMAT', label, is, doThis, { reason: is });
}

function refusal(
  code: ErrorCode,
  label: string,
  what: string,
  doThis: string,
  { reason, cause }: { reason: string; cause?: unknown },
): AppError {
  return new AppError(code, `${label} ${what}. It was not loaded. ${doThis}`, {
    cause,
    details: { file: label, reason },
  });
}
