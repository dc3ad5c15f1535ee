/**
 * Where paths stand in the arguments of requests, for whoever must look at them before a request goes on. A test
 * compares it with the schemas, so that no new one is forgotten.
 */
import type { RequestName } from './contract.ts';

const IMPORT_PATHS = ['paths', 'manifest', 'list.path', 'tracks.path'] as const;

/** Fields that hold a path or a list of paths; `a.b` is field `b` of the object, or of each object, in field `a`. */
export const PATH_FIELDS: Partial<Record<RequestName, readonly string[]>> = {
  'project/create': ['folder'],
  'project/open': ['folder'],
  'import/start': IMPORT_PATHS,
  'import/plan': IMPORT_PATHS,
  'import/names': IMPORT_PATHS,
  'check/start': ['profile'],
  'decision/import': ['path'],
  'export/start': ['path'],
  'checkpoint/export': ['path'],
  'heatmap/save': ['path'],
  'report/write': ['folder'],
  'report/compare': ['folder'],
};

/** Every path in an argument that nobody has checked yet; what is no text is left to the schemas. */
export function pathsIn(name: string, argument: unknown): string[] {
  const fields = Object.hasOwn(PATH_FIELDS, name) ? (PATH_FIELDS[name as RequestName] ?? []) : [];
  return fields.flatMap((field) => {
    const found = field
      .split('.')
      .reduce((values, part) => values.flatMap((one) => inside(one, part)), [argument]);
    return found.filter((path) => typeof path === 'string');
  });
}

/** A field's value, or the members of its list; of lists, those of every member. */
function inside(value: unknown, field: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((member) => inside(member, field));
  const own = ownField(value, field);
  return Array.isArray(own) ? own : [own];
}

/** A value's own field, never one that it inherits. */
export function ownField(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
  return (value as Record<string, unknown>)[field];
}
