import { createServer, type IncomingMessage } from 'node:http';
import { isAdmin, verifyInternalToken } from '#platform/auth.ts';
import { listen } from '#platform/http.ts';
import { isId } from '#platform/ids.ts';

/**
 * Answers /livez, and /readyz by what `readiness` says: null when it is ready. To the shop's own services also
 * POST /mails/ID/send-again, with the token of an admin: 200 when the mail is queued, 404 when none that has failed can be.
 */
export async function serveHealth(options: {
  host: string;
  port: number;
  internalTokenSecret: string;
  sendAgain(mailId: string, adminId: string): Promise<boolean>;
  readiness(): Promise<string | null>;
}): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answered = request.method === 'POST' ? sendAgain(request) : answer(request.url ?? '/');
    answered.then(
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
    return reason === null ? { status: 200, body: { status: 'ready' } } : { status: 503, body: { status: 'not ready' } };
  }

  async function sendAgain({ url = '', headers }: IncomingMessage): Promise<{ status: number; body: object }> {
    const mailId = /^\/mails\/([^/]+)\/send-again$/.exec(url)?.[1];
    if (mailId === undefined || !isId(mailId)) return { status: 404, body: { error: 'There is no such mail.' } };
    const admin = adminOf(headers.authorization, options.internalTokenSecret);
    if (admin === null) return { status: 403, body: { error: 'Only an admin may do this.' } };
    const isQueued = await options.sendAgain(mailId, admin);
    return isQueued
      ? { status: 200, body: { status: 'queued' } }
      : { status: 404, body: { error: 'There is no such mail that has failed.' } };
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

/** The id of the admin for whom the gateway signed the token; null for everybody else. */
function adminOf(authorization: string | undefined, secret: string): string | null {
  try {
    const identity = verifyInternalToken(authorization?.replace(/^Bearer /, '') ?? '', secret);
    return isAdmin(identity) && identity.kind === 'user' ? identity.userId : null;
  } catch {
    return null;
  }
}
