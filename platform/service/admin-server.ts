import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { variable } from '../config.ts';
import { isLoopbackAddress, isLoopbackHost } from '../http/loopback.ts';
import { listen } from '../http/server.ts';
import type { Logger } from '../logger.ts';

/** The response of /readyz: with reasons at the admin address, only the status at the public one. */
export type Readiness = { readonly ready: boolean; readonly body: Readonly<Record<string, unknown>> };

/** `reason`: why the service cannot do its work; null when it can. */
export function readinessOf(reason: string | null): Readiness {
  return reason === null ? { ready: true, body: { status: 'ready' } } : { ready: false, body: { status: 'not ready', reason } };
}

/** The variables of the admin address, which every service has beside its public one at `port`. */
export const adminConfig = (port: number) =>
  ({
    ADMIN_HOST: variable
      .host()
      .describe(
        'The admin address, for operators only: `/readyz` with reasons, `/metrics`, and on the gateway `/graphql/supergraph`. Never expose it publicly.',
      ),
    ADMIN_PORT: variable.port(adminPortOf(port)).describe('The port of the admin address.'),
  }) as const;

/** The default admin port of a service that listens at `port`. */
export const adminPortOf = (port: number): number => port + 50;

export type AdminServerOptions = {
  host: string;
  /** 0 takes a free port. */
  port: number;
  readiness(): Promise<Readiness>;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  /** Texts for GET requests, by path. */
  documents?: Readonly<Record<string, () => string>>;
  logger: Logger;
};

export type AdminServer = { readonly url: string; readonly port: number; stop(): Promise<void> };

/** Serves what operators and their tools ask of a process, at an address that is not the one for callers. */
export async function serveAdmin(options: AdminServerOptions): Promise<AdminServer> {
  const { host, logger } = options;
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      logger.error({ error }, 'a request at the admin address failed');
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const port = await listen(server, host, options.port);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: AdminServerOptions): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  const json = (status: number, body: unknown) => send(request, response, status, 'application/json', JSON.stringify(body));
  // a page whose owner pointed its name to this machine must not read what is for the machine alone
  if (isLoopbackAddress(request.socket.localAddress) && !isLoopbackHost(request.headers.host))
    return json(403, { error: 'Not by this name.' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'There is only something to read here.' });
  return answerAt((request.url ?? '/').split('?')[0] ?? '/', request, response, options);
}

async function answerAt(path: string, request: IncomingMessage, response: ServerResponse, options: AdminServerOptions): Promise<void> {
  const json = (status: number, body: unknown) => send(request, response, status, 'application/json', JSON.stringify(body));
  if (path === '/livez') return json(200, { status: 'live' });
  if (path === '/readyz') {
    const { ready, body } = await options.readiness();
    return json(ready ? 200 : 503, body);
  }
  if (path === '/metrics') return send(request, response, 200, 'text/plain; version=0.0.4; charset=utf-8', await options.metrics());
  const document = options.documents?.[path];
  if (document) return send(request, response, 200, 'text/plain; charset=utf-8', document());
  const known = ['/livez', '/readyz', '/metrics', ...Object.keys(options.documents ?? {})].join(', ');
  json(404, { error: `There is nothing at ${path}. Try ${known}.` });
}

function send({ method }: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(method === 'HEAD' ? undefined : text);
}
