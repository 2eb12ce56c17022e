import { createServer } from 'node:http';
import { listen } from '#platform/http.ts';

/** Answers /livez, /metrics, and /readyz with what `readiness` says: null, or the reason why not. */
export async function serveHealth(options: {
  host: string;
  port: number;
  readiness(): Promise<string | null>;
  metrics(): Promise<string>;
}): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/').then(
      ({ status, body }) => {
        const isText = typeof body === 'string';
        response.writeHead(status, { 'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json' });
        response.end(isText ? body : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });

  async function answer(path: string): Promise<{ status: number; body: object | string }> {
    if (path === '/metrics') return { status: 200, body: await options.metrics() };
    if (path === '/livez') return { status: 200, body: { status: 'live' } };
    if (path !== '/readyz') return { status: 404, body: { error: `There is nothing at ${path}. Try /livez, /readyz or /metrics.` } };
    const reason = await options.readiness();
    return reason === null ? { status: 200, body: { status: 'ready' } } : { status: 503, body: { status: 'not ready', reason } };
  }

  const port = await listen(server, options.host, options.port);
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
