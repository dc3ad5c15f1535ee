/**
 * What could not be set up, remembered so that it is not tried on every start, and forgotten as soon as the reason
 * may be gone: a program appeared, the recipe changed, or some time passed.
 */
import { rmSync } from 'node:fs';
import { readJson, writeJson } from './files.mjs';

const HOUR_MS = 3_600_000;
/** How long a reason is believed, by code. A network comes back sooner than a compiler starts to like a source. */
const BELIEVED_MS = { download: HOUR_MS, 'no-room': HOUR_MS };
const BELIEVED_DEFAULT_MS = 24 * HOUR_MS;

/**
 * Whether a failure is on record that still holds.
 * @param {string} path the record
 * @param {string} key what was to be set up
 * @param {object} facts what the failure may depend on, e.g. paths of programs; another value means "try again"
 */
export function stillFails(path, key, facts, nowMs = Date.now()) {
  const failure = readJson(path)?.failures?.[key];
  if (!failure || JSON.stringify(failure.facts) !== JSON.stringify(facts)) return false;
  const ageMs = nowMs - failure.atMs;
  return ageMs >= 0 && ageMs < (BELIEVED_MS[failure.code] ?? BELIEVED_DEFAULT_MS);
}

/** Puts a failure on record; `reason` is what people read. */
export function rememberFailure(path, key, { code, reason, facts }, nowMs = Date.now()) {
  const failures = { ...readJson(path)?.failures, [key]: { code, reason, facts, atMs: nowMs } };
  writeJson(path, { reason, failures });
}

/** Drops the record. */
export function forgetFailures(path) {
  rmSync(path, { force: true });
}
