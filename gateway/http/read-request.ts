import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { parseExactJson } from '#platform/exact-json.ts';
import { bodyEncodings, readJson } from '#platform/http/server.ts';
import type { OperationRequest } from '../pipeline/operation.ts';
import { reject } from '../pipeline/request-error.ts';
import { mediaTypeOf, wasPreflighted } from './browser-rules.ts';

// as it was parsed: a copy would lose a variable that is called __proto__
const record = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
const operation = z.looseObject({
  query: z.string('must be a text').nullish(),
  operationName: z.string('must be a text').nullish(),
  variables: record.nullish(),
  extensions: record.nullish(),
});

/**
 * The operation in an HTTP request, by the GraphQL over HTTP draft: JSON in a POST, or the parameters of a GET.
 * @throws RequestError with the status for the failure.
 */
export async function readRequest(request: IncomingMessage, url: URL, maxBodyBytes: number): Promise<OperationRequest> {
  if (request.method === 'GET') return readParameters(request, url);
  if (request.method !== 'POST') {
    reject('BAD_REQUEST', 'The graph is asked with POST or GET.', { status: 405, headers: { allow: 'GET, POST, OPTIONS' } });
  }
  if (mediaTypeOf(request) !== 'application/json') {
    reject('BAD_REQUEST', "Send the operation as JSON, with 'content-type: application/json'.", { status: 415 });
  }
  const body = await readJson(request, maxBodyBytes, parseExactJson);
  if (!body.ok) reject('BAD_REQUEST', body.message, { status: body.status, headers: headersOf(body.status) });
  if (Array.isArray(body.value)) reject('BAD_REQUEST', 'Batches are not served: send one operation per request.');
  return readOperation(body.value);
}

function headersOf(status: number): Readonly<Record<string, string>> {
  if (status === 415) return { 'accept-encoding': bodyEncodings };
  return status === 413 ? { connection: 'close' } : {};
}

function readParameters(request: IncomingMessage, url: URL): OperationRequest {
  if (!wasPreflighted(request)) {
    reject('BAD_REQUEST', "A GET needs the header 'apollo-require-preflight: true', so that no foreign page can send it (CSRF).");
  }
  // URLSearchParams would make a character of its own out of every wrong byte
  if (!isPercentEncodedUtf8(url.search)) reject('BAD_REQUEST', 'The parameters are not UTF-8.');
  const parameters = url.searchParams;
  return readOperation({
    query: parameters.get('query'),
    operationName: parameters.get('operationName'),
    variables: readJsonParameter(parameters, 'variables'),
    extensions: readJsonParameter(parameters, 'extensions'),
  });
}

function isPercentEncodedUtf8(search: string): boolean {
  try {
    // a percent sign that encodes nothing stands for itself (URL, percent-decoding)
    decodeURIComponent(search.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
    return true;
  } catch {
    return false;
  }
}

function readOperation(value: unknown): OperationRequest {
  const parsed = operation.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path[0];
  reject(
    'BAD_REQUEST',
    name === undefined ? 'The body is not a JSON object.' : `'${String(name)}' is not as it must be: ${issue?.message}.`,
  );
}

function readJsonParameter(parameters: URLSearchParams, name: string): unknown {
  const text = parameters.get(name);
  // an empty parameter is none
  if (text === null || text === '') return null;
  try {
    return parseExactJson(text);
  } catch {
    return reject('BAD_REQUEST', `The parameter '${name}' is not JSON.`);
  }
}
