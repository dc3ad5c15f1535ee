/** Paths in requests: every one that the schemas know is looked at before a request of a page goes on. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { RequestName } from '../../../core/rpc/contract.ts';
import { PATH_FIELDS, pathsIn } from '../../../core/rpc/path-fields.ts';
import { path } from '../../../core/rpc/schema-parts.ts';
import { REQUEST_SCHEMAS } from '../../../core/rpc/schemas.ts';

/** Fields of a schema that hold a path, as `PATH_FIELDS` writes them. */
function pathFieldsOf(schema: z.ZodType, way: string[] = []): string[] {
  if (schema === path) return [way.join('.')];
  const def = schema.def as unknown as Record<string, unknown> & { type: string };
  const inner = (part: unknown, more: string[] = way): string[] => pathFieldsOf(part as z.ZodType, more);
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape as object).flatMap(([name, part]) => inner(part, [...way, name]));
    case 'union':
      return (def.options as unknown[]).flatMap((option) => inner(option));
    case 'array':
      return inner(def.element);
    case 'record':
      return inner(def.valueType);
    default:
      return def.innerType === undefined ? [] : inner(def.innerType);
  }
}

describe('paths in requests', () => {
  it('are known for every request of the contract', () => {
    for (const name of Object.keys(REQUEST_SCHEMAS) as RequestName[]) {
      const found = [...new Set(pathFieldsOf(REQUEST_SCHEMAS[name] as z.ZodType))].sort();
      expect([...(PATH_FIELDS[name] ?? [])].sort(), name).toEqual(found);
    }
    expect(Object.keys(PATH_FIELDS).length).toBeGreaterThan(5);
  });

  it('are found in arguments of every shape', () => {
    expect(pathsIn('import/start', { paths: ['a', 3, 'b'], manifest: 'c', list: { path: 'd' } })).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    for (const argument of [null, undefined, 3, 'x', [], { paths: 'x', list: 'y' }, { folder: {} }]) {
      for (const name of [...Object.keys(REQUEST_SCHEMAS), '__proto__', 'constructor', '']) {
        expect(() => pathsIn(name, argument)).not.toThrow();
      }
    }
    expect(pathsIn('project/open', Object.create({ folder: '/etc' }))).toEqual([]);
  });
});
