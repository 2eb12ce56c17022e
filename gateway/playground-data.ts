import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { json, sendText } from './answers.ts';
import { readCollection } from './playground-collection.ts';
import type { StaticFiles } from './static-files.ts';
import type { SupergraphSource, SupergraphState } from './subscription-port.ts';

const account = z.strictObject({ login: z.string().min(1), password: z.string().min(1) });
const accounts = z.strictObject({ customer: account.optional(), admin: account.optional() });

/** Whom one may be in the playground with one click. */
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

export type PlaygroundDataOptions = {
  /** Null when nobody may see it. */
  supergraph: SupergraphSource | null;
  /** With a folder for each client and one operation per file in it. */
  operationsFolder: string;
  accounts: PlaygroundAccounts | undefined;
};

/**
 * What the playground reads besides the graph: the supergraph, for its map, the operations of our clients, and accounts to try the shop
 * with. Accounts are given to a browser on the machine itself and to nobody else: by no other host's name, so that no foreign page gets
 * at them by pointing a name of its own here, and not through a proxy, whose visitors could be anybody.
 */
export function createPlaygroundData({ supergraph, operationsFolder, accounts: given }: PlaygroundDataOptions): StaticFiles {
  const collectionText = keptCollection(operationsFolder);
  return {
    async serve(request, response, { pathname }) {
      if (pathname === '/graphql/supergraph' && supergraph !== null) {
        const { sdl } = supergraph.current();
        await sendText(request, response, { status: 200, type: 'text/plain; charset=utf-8', text: sdl });
      } else if (pathname === '/playground/collection.json' && supergraph !== null) {
        await sendText(request, response, { status: 200, type: json, text: collectionText(supergraph.current()) });
      } else if (pathname === '/playground/accounts.json' && given !== undefined && isFromHere(request)) {
        response.removeHeader('access-control-allow-origin');
        response.removeHeader('access-control-expose-headers');
        response.setHeader('cross-origin-resource-policy', 'same-origin');
        await sendText(request, response, { status: 200, type: json, text: JSON.stringify(given) });
      } else return false;
      return true;
    },
  };
}

/** Read once for each supergraph: anybody may ask for it, and reading keeps everybody else waiting. */
function keptCollection(folder: string): (state: SupergraphState) => string {
  const texts = new WeakMap<SupergraphState, string>();
  return (state) => {
    const text = texts.get(state) ?? JSON.stringify(readCollection(folder, state));
    texts.set(state, text);
    return text;
  };
}

function isFromHere({ headers }: IncomingMessage): boolean {
  const isProxied = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some((name) => headers[name] !== undefined);
  return !isProxied && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.host ?? '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
