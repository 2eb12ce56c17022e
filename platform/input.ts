import { z } from 'zod';
import { AppError } from './errors.ts';
import { isId } from './ids.ts';
import { hasControlCharacters, isOneLine, lengthOf, tidyText } from './text.ts';

/** One thing that is wrong with an input: the path of the field, and what to do. */
export type InputProblem = { readonly field: string; readonly message: string };

/** The user error of an input that is not valid. */
export type InvalidInput = {
  readonly __typename: 'InvalidInput';
  readonly code: 'INVALID_INPUT';
  readonly message: string;
  readonly problems: InputProblem[];
};

export function invalidInput(problems: InputProblem[]): InvalidInput {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join(' ');
  return { __typename: 'InvalidInput', code: 'INVALID_INPUT', message, problems };
}

const cannotBeKept = 'There are characters in this that cannot be kept.';

/**
 * What the schema makes of the input, or the user error that names each field. GraphQL's null counts as absent; every text is composed (NFC)
 * before the schema sees it, and one that is no Unicode is rejected.
 */
export function parseInput<Output>(
  schema: z.ZodType<Output>,
  input: unknown,
): { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly error: InvalidInput } {
  const broken = brokenTexts(input);
  if (broken.length > 0) {
    return { ok: false, error: invalidInput(broken.map((field) => ({ field: field || 'input', message: cannotBeKept }))) };
  }
  const parsed = schema.safeParse(prepared(input));
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'input',
    message: issue.message,
  }));
  return { ok: false, error: invalidInput(problems) };
}

/** The paths of all texts in a value that hold half of a surrogate pair: JSON can write one, no file or database can keep it. */
export function brokenTexts(value: unknown, path: readonly (string | number)[] = []): string[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [path.join('.')];
  if (Array.isArray(value)) return value.flatMap((item, at) => brokenTexts(item, [...path, at]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, field]) => brokenTexts(field, [...path, name]));
}

function prepared(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return value.map(prepared);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, prepared(field)]),
  );
}

/** An id as it must be spelled; for query arguments, where there is no user error. @throws AppError INVALID_INPUT */
export function assertId(value: string, field: string): string {
  if (isId(value)) return value.toLowerCase();
  throw new AppError('INVALID_INPUT', `${field}: This is not an id of this shop.`);
}

/** Lengths count code points. What shows nothing counts as empty. */
const text = (min: number, max: number) =>
  z
    .string()
    .overwrite(tidyText)
    .refine((value) => !hasControlCharacters(value), cannotBeKept)
    .refine((value) => lengthOf(value) >= min, `Write at least ${min} character${min === 1 ? '' : 's'}.`)
    .refine((value) => lengthOf(value) <= max, `Write at most ${max} characters.`);

/** The zod types that inputs of several subgraphs share, with messages for people. */
export const inputField = {
  id: () =>
    z
      .string()
      .refine(isId, 'This is not an id of this shop.')
      .transform((id) => id.toLowerCase()),
  text,
  line: (min: number, max: number) => text(min, max).refine(isOneLine, 'Write one line.'),
  wholeNumber: (min: number, max: number) =>
    z.int('This must be a whole number.').min(min, `This must be ${min} or more.`).max(max, `This must be ${max} or less.`),
} as const;
