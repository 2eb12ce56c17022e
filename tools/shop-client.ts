import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { operationText } from '#schema/operation-text.ts';

type Variables = Record<string, unknown>;

/** Speaks with a shop as one person. */
export type ShopClient = {
  /** The data of a query or mutation. @throws an Error with the messages when the answer holds errors. */
  ask<Data = Record<string, never>>(document: string, variables?: Variables): Promise<Data>;
  /** Every message of a subscription until it completes; reconnects by itself. */
  listen<Data = Record<string, never>>(
    document: string,
    variables?: Variables,
  ): AsyncGenerator<Data> & { return(value?: unknown): unknown };
  /** Lets go of the socket. */
  close(): Promise<void>;
};

/** A client for the shop whose gateway is at this address; without a token, that of a guest. */
export function createShopClient(gatewayUrl: string, accessToken?: string): ShopClient {
  const graphUrl = new URL('/graphql', gatewayUrl).href;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (accessToken !== undefined) headers['authorization'] = `Bearer ${accessToken}`;
  const socket = createClient({
    url: graphUrl.replace(/^http/, 'ws'),
    lazy: true,
    connectionParams: accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` },
    shouldRetry: () => true,
    retryAttempts: 50,
    retryWait: () => sleep(200),
  });
  return {
    async ask<Data>(document: string, variables: Variables = {}) {
      const response = await send(graphUrl, { method: 'POST', headers, body: JSON.stringify({ query: document, variables }) });
      const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
      if (answer.errors?.length) throw new Error(answer.errors.map((error) => error.message).join('; '));
      if (answer.data === undefined) throw new Error(`The gateway answered ${response.status} without data.`);
      return answer.data;
    },
    async *listen<Data>(document: string, variables: Variables = {}) {
      try {
        for await (const message of socket.iterate<Data>({ query: document, variables })) {
          if (message.errors?.length) throw new Error(message.errors.map((error) => error.message).join('; '));
          if (message.data) yield message.data;
        }
      } catch (error) {
        throw asError(error);
      }
    },
    close: async () => {
      await socket.dispose();
    },
  };
}

/** A gateway that goes away has not read what it answers with 408, so it is sent again (RFC 9110, 15.5.9), as browsers do by themselves. */
async function send(url: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  if (response.status !== 408) return response;
  await response.body?.cancel();
  return fetch(url, request);
}

/** graphql-ws throws what the server sent: a list of errors that ended the subscription, or the event that closed the socket. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (Array.isArray(thrown)) return new Error(thrown.map((error: { message: string }) => error.message).join('; '));
  const { code, reason } = thrown as { code?: number; reason?: string };
  return new Error(`The socket was closed: ${code ?? ''} ${reason ?? String(thrown)}`);
}

type Answer = { session?: { accessToken: string; user: { id: string } }; code?: string; message?: string };

/** A session for these credentials. @throws an Error with the rejection's message. */
export async function logIn(gatewayUrl: string, login: string, password: string): Promise<{ accessToken: string; userId: string }> {
  const { logIn: answer } = await createShopClient(gatewayUrl).ask<{ logIn: Answer }>(operationText('tools/log-in'), {
    input: { login, password },
  });
  return readSession(answer);
}

/** A new customer with an account of their own. */
export async function register(gatewayUrl: string, username: string): Promise<{ accessToken: string; userId: string }> {
  const { register: answer } = await createShopClient(gatewayUrl).ask<{ register: Answer }>(operationText('tools/register'), {
    input: { email: `${username}@example.com`, username, password: `${username}-password` },
  });
  return readSession(answer);
}

function readSession(answer: Answer): { accessToken: string; userId: string } {
  if (!answer.session) throw new Error(answer.message ?? 'The shop did not answer with a session.');
  return { accessToken: answer.session.accessToken, userId: answer.session.user.id };
}
