import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';
import { reject } from '../pipeline/request-error.ts';

export type Encoding = 'br' | 'gzip';

/** The types of an answer, by the GraphQL over HTTP draft; the first is the default when both are equally acceptable. */
export const responseTypes = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'] as const;
export type ResponseType = (typeof responseTypes)[number];

/** What the client would rather have, by RFC 9110, 12.5.1. @throws RequestError with 406 when it takes none of `types`. */
export function responseTypeFor(request: IncomingMessage, types: readonly ResponseType[] = responseTypes): ResponseType {
  const { accept } = request.headers;
  // a list whose elements are empty has none (RFC 9110, 5.6.1)
  if (accept === undefined || /^[\s,]*$/.test(accept)) return responseTypes[0];
  const wanted = new Negotiator(request).mediaType(types);
  const found = types.find((type) => type === wanted);
  if (found !== undefined) return found;
  return reject('BAD_REQUEST', `The answer can be had as ${types.map((type) => type.split(';')[0]).join(' or ')}.`, { status: 406 });
}

/** How the client would rather have something packed; null for as it is. Brotli packs better, so it is taken where the client has no preference. */
export function encodingFor(request: IncomingMessage): Encoding | null {
  const header = request.headers['accept-encoding'];
  if (header === undefined) return null;
  const wanted = new Negotiator(request).encodings(['br', 'gzip', 'identity']);
  const isRanked = /;\s*q\s*=/i.test(String(header));
  const best = !isRanked && wanted.includes('br') ? 'br' : wanted[0];
  return best === 'br' || best === 'gzip' ? best : null;
}
