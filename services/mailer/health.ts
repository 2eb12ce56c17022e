import { createServer } from 'node:http';
import { listen } from '#platform/http.ts';

/** Answers /livez, and /readyz with what `readiness` says: null, or the reason why not. */
export async function serveHealth(options: {
  host: string;
  port: number;
  readiness(): Promise<string | null>;
}): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/').then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });

  async function answer(path: string): Promise<{ status: number; body: object }> {
    if (path === '/livez') return { status: 200, body: { status: 'live' } };
    if (path !== '/readyz') return { status: 404, body: { error: `There is nothing at ${path}. Try /livez or /readyz.` } };
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
