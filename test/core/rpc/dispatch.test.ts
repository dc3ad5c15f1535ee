import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../../core/domain/errors.ts';
import { REQUEST_SCHEMAS } from '../../../core/rpc/schemas.ts';
import { createHost } from '../../../main/host.ts';

it('refuses unknown requests and bad arguments with a sentence', async () => {
  const host = createHost({ program: 'test' });
  expect(await host.request('pair/destroy', {})).toMatchObject({
    ok: false,
    error: { code: 'REQUEST_UNKNOWN' },
  });
  expect(await host.request('__proto__', {})).toMatchObject({
    ok: false,
    error: { code: 'REQUEST_UNKNOWN' },
  });
  expect(await host.request('pair/list', { limit: 5000 })).toMatchObject({
    ok: false,
    error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('limit') },
  });
  expect(await host.request('pair/list', { surprise: 1 })).toMatchObject({
    error: { code: 'ARGUMENT_INVALID' },
  });
  await host.close();
});

it('answers every request with a code of the closed union when no project is open', async () => {
  const host = createHost({ program: 'test' });
  for (const name of Object.keys(REQUEST_SCHEMAS)) {
    const answer = await host.request(name, {});
    if (!answer.ok) expect(ERROR_CODES).toContain(answer.error.code);
    if (!answer.ok) expect(answer.error.code).not.toBe('INVARIANT');
  }
  await host.close();
});

it('never throws and never answers with a bug, whatever is sent', async () => {
  const host = createHost({ program: 'test' });
  // Requests that would write to the disk at a made-up path are left out.
  const names = Object.keys(REQUEST_SCHEMAS).filter(
    (name) => !['project/create', 'project/open'].includes(name),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.anything(), async (name, argument) => {
      const answer = await host.request(name, argument);
      if (!answer.ok) expect(answer.error.code).not.toBe('INVARIANT');
    }),
    { numRuns: 500 },
  );
  await host.close();
});
