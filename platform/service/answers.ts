import type { IncomingMessage, ServerResponse } from 'node:http';

export const unavailableMessage = 'This part of the shop does not answer at the moment. Try again soon.';

export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** In the shape of a GraphQL answer, so that the gateway reads it as one. */
export function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  send(response, status, { errors: [{ message, extensions: { code } }] });
}
