/** The one door every request comes through: name, then argument, then handler; errors leave as data. */
import type { z } from 'zod';
import { AppError, toErrorData } from '../domain/errors.ts';
import type { Answer, Handlers, RequestArguments, RequestName, RequestValue } from './contract.ts';
import { REQUEST_SCHEMAS } from './schemas.ts';

/** Whether a value names a request. */
export function isRequestName(value: unknown): value is RequestName {
  return typeof value === 'string' && Object.hasOwn(REQUEST_SCHEMAS, value);
}

/**
 * Answers one request that came from outside. Never throws: an unknown name is REQUEST_UNKNOWN, a bad argument
 * ARGUMENT_INVALID with the field's path, anything a handler throws its own code.
 */
export async function dispatch(
  handlers: Handlers,
  name: unknown,
  argument: unknown,
): Promise<Answer<unknown>> {
  try {
    if (!isRequestName(name)) {
      throw new AppError(
        'REQUEST_UNKNOWN',
        `There is no request "${String(name).slice(0, 60)}". Nothing was done.`,
      );
    }
    return { ok: true, value: await callHandler(handlers, name, argument) };
  } catch (error) {
    return { ok: false, error: toErrorData(error) };
  }
}

async function callHandler<K extends RequestName>(
  handlers: Handlers,
  name: K,
  argument: unknown,
): Promise<RequestValue<K>> {
  const parsed = REQUEST_SCHEMAS[name].safeParse(argument ?? {});
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap((issue) => issueTexts(issue));
    throw new AppError('ARGUMENT_INVALID', `${name}: ${issues.slice(0, 5).join('; ')}. Nothing was done.`, {
      details: { request: name, issues: issues.slice(0, 20) },
    });
  }
  return await handlers[name](parsed.data as unknown as RequestArguments<K>);
}

/** What is wrong with an argument, field by field. Of a choice of forms the one that was most nearly met counts. */
function issueTexts(issue: z.core.$ZodIssue, before: readonly PropertyKey[] = []): string[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const texts = issue.errors.map((issues) => issues.flatMap((one) => issueTexts(one, path)));
    return texts.reduce((nearest, one) => (one.length < nearest.length ? one : nearest));
  }
  return [`${path.map(String).join('.') || 'argument'}: ${issue.message}`];
}
