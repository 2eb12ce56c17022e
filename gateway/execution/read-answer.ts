import { parseExactJson } from '#platform/exact-json.ts';
import type { FetchAnswer, FetchError } from './fetch.ts';

/** The response of a subgraph is no valid GraphQL response. */
export class UnreadableAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableAnswer';
  }
}

/**
 * Reads the text of a GraphQL response. What others write differently and means the same is taken: a byte order mark, white space, null
 * for no errors. Numbers that a double cannot hold are kept as they are written.
 * @throws UnreadableAnswer
 */
export function readAnswer(text: string): FetchAnswer {
  const answer = parseJson(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (!isRecord(answer)) throw new UnreadableAnswer('It is no object.');
  const { data = null, errors } = answer;
  if (data !== null && !isRecord(data)) throw new UnreadableAnswer('Its data are no object.');
  const found = readErrors(errors);
  if (data === null && found.length === 0) throw new UnreadableAnswer('It has neither data nor errors.');
  return { data, ...(found.length === 0 ? {} : { errors: found }) };
}

function readErrors(errors: unknown): FetchError[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) throw new UnreadableAnswer('Its errors are no list.');
  return errors.map(readError);
}

function parseJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new UnreadableAnswer('It is no JSON.', { cause });
  }
}

function readError(error: unknown): FetchError {
  if (!isRecord(error) || typeof error['message'] !== 'string') return { message: 'A subgraph gave an error without a message.' };
  const { message, path, extensions } = error;
  return { message, path: isPath(path) ? path : null, extensions: isRecord(extensions) ? extensions : null };
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((part) => typeof part === 'string' || typeof part === 'number');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
