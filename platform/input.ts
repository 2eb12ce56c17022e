import { z } from 'zod';
import { AppError } from './errors.ts';
import { isId } from './ids.ts';

/** One thing that is wrong with an input: the path of the field, and what to do. */
export type InputProblem = { readonly field: string; readonly message: string };

/** The refusal that the graph shows as InvalidInput. */
export type InvalidInput = {
  readonly refusal: 'InvalidInput';
  readonly code: 'INVALID_INPUT';
  readonly message: string;
  readonly problems: readonly InputProblem[];
};

export function invalidInput(problems: readonly InputProblem[]): InvalidInput {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join(' ');
  return { refusal: 'InvalidInput', code: 'INVALID_INPUT', message, problems };
}

/** What the schema makes of the input, or the refusal that names each field. GraphQL's null counts as absent. */
export function parseInput<Output>(
  schema: z.ZodType<Output>,
  input: unknown,
): { readonly ok: true; readonly value: Output } | { readonly ok: false; readonly refusal: InvalidInput } {
  const parsed = schema.safeParse(withoutNulls(input));
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'input',
    message: issue.message,
  }));
  return { ok: false, refusal: invalidInput(problems) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}

/** An id as it must be spelled; for query arguments, where there is no refusal. @throws AppError INVALID_INPUT */
export function assertId(value: string, field: string): string {
  if (isId(value)) return value.toLowerCase();
  throw new AppError('INVALID_INPUT', `${field}: This is not an id of this shop.`);
}

/** Line breaks and tabs are the only control characters that people write. */
const noControlCharacters = /^(?:\P{Cc}|[\n\r\t])*$/u;

/** The zod types that inputs of several subgraphs share, with messages for people. */
export const inputField = {
  id: () =>
    z
      .string()
      .refine(isId, 'This is not an id of this shop.')
      .transform((id) => id.toLowerCase()),
  text: (min: number, max: number) =>
    z
      .string()
      .trim()
      // PostgreSQL refuses NUL in a text; the others have no business in one
      .regex(noControlCharacters, 'There are characters in this that cannot be kept.')
      .min(min, `Write at least ${min} character${min === 1 ? '' : 's'}.`)
      .max(max, `Write at most ${max} characters.`),
  wholeNumber: (min: number, max: number) =>
    z.int('This must be a whole number.').min(min, `This must be ${min} or more.`).max(max, `This must be ${max} or less.`),
} as const;
