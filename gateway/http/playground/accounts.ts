import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ConfigError } from '#platform/config.ts';
import { isLoopbackAddress, isLoopbackHost } from '#platform/http/loopback.ts';
import { json, sendText } from '../answers.ts';
import type { StaticFiles } from '../static-files.ts';

const account = z.strictObject({ login: z.string().min(1), password: z.string().min(1) });
const accounts = z.strictObject({ customer: account.optional(), admin: account.optional() });

/** The accounts for one-click log-in in the playground. */
export type PlaygroundAccounts = z.infer<typeof accounts>;

/** The type of a variable that holds accounts as JSON: {"customer":{"login":"…","password":"…"},"admin":{…}} */
export function playgroundAccounts() {
  return z
    .string()
    .transform((text, context) => {
      const parsed = accounts.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'must be JSON like {"admin":{"login":"…","password":"…"}}' });
      return z.NEVER;
    })
    .optional();
}

/** A variable for a URL segment that must not be guessable. */
export function playgroundKey() {
  return z
    .string()
    .regex(/^[\w-]{22,64}$/, 'must be 22 to 64 letters, digits, - and _')
    .optional();
}

/** Accounts are for a gateway that a browser on the same machine calls directly. */
export function assertPlaygroundAccounts(config: {
  readonly PLAYGROUND_ACCOUNTS: PlaygroundAccounts | undefined;
  readonly PLAYGROUND_KEY: string | undefined;
  readonly TRUSTED_PROXIES: number;
}): void {
  if (config.PLAYGROUND_ACCOUNTS === undefined) return;
  const problems = [
    ...(config.PLAYGROUND_KEY === undefined ? ['PLAYGROUND_KEY is not set, and PLAYGROUND_ACCOUNTS is'] : []),
    ...(config.TRUSTED_PROXIES > 0 ? ['PLAYGROUND_ACCOUNTS: must not be set behind a proxy, as TRUSTED_PROXIES says'] : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

const enterPath = '/playground/enter/';

/**
 * Gives the accounts at /playground/accounts.json to a browser that first opened /playground/enter/KEY, which leaves a cookie there. Both
 * answer only a connection that comes from this machine itself, by its own name, so that no foreign page gets at them by pointing a name
 * of its own here, and through no proxy, whose visitors are unknown. All other callers get 404.
 */
export function createPlaygroundAccounts(given: PlaygroundAccounts | undefined, key: string | undefined): StaticFiles {
  if (given === undefined || key === undefined) return { serve: async () => false };
  return {
    async serve(request, response, { pathname }) {
      const isEntering = pathname.startsWith(enterPath);
      if (!(isEntering || pathname === '/playground/accounts.json') || !isFromHere(request)) return false;
      const shown = isEntering ? pathname.slice(enterPath.length) : cookieOf(request);
      if (!isSame(shown, key)) return false;
      response.removeHeader('access-control-allow-origin');
      response.removeHeader('access-control-expose-headers');
      response.setHeader('cross-origin-resource-policy', 'same-origin');
      if (isEntering) {
        response.setHeader('set-cookie', `${cookieName(request)}=${key}; Path=/playground; HttpOnly; SameSite=Strict`);
        response.setHeader('cache-control', 'no-store');
        response.writeHead(303, { location: '/graphql' }).end();
      } else await sendText(request, response, { status: 200, type: json, text: JSON.stringify(given) });
      return true;
    },
  };
}

/** What proxies and tunnels add, each in its own way. */
const forwarding =
  /^(forwarded|via|x-forwarded(-.+)?|x-original-.+|x-(real|client|cluster-client)-ip|(cf-connecting|true-client|fastly-client)-ip)$/;

/** Checks the remote address, the host header, and the browser's headers about the requesting page. */
function isFromHere({ headers, socket }: IncomingMessage): boolean {
  const isForwarded = Object.keys(headers).some((name) => forwarding.test(name));
  // pages of other ports of this machine are of the same site and of another origin; `none` is the person who opens the link
  const site = [headers['sec-fetch-site']].flat()[0] ?? 'same-origin';
  return isLoopbackAddress(socket.remoteAddress) && isLoopbackHost(headers.host) && !isForwarded && ['same-origin', 'none'].includes(site);
}

/** Cookies ignore the port, and two shops may run on one machine. */
const cookieName = ({ socket }: IncomingMessage) => `marigold_playground_${socket.localPort}`;

function cookieOf(request: IncomingMessage): string {
  const name = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(name))?.slice(name.length) ?? '';
}

/** Takes as long whatever the difference is. */
function isSame(shown: string, key: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(shown), hash(key));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
