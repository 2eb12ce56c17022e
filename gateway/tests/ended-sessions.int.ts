import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SubscribeOptions } from '#kafka/event-log.ts';
import { createEvent, toMessage } from '#kafka/events.ts';
import { createInProcessLog } from '#kafka/in-memory/log.ts';
import { createAccessTokenSigner } from '#platform/auth.ts';
import { listen } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = createAccessTokenSigner(key, 900);
const until = new Date(Date.now() + 900_000).toISOString();
const eventLog = createInProcessLog();
const userId = newId();
/** What the issuer answers when it is asked. */
const kept: { sessionId: string; until: string }[] = [];
const issuer = createServer((request, response) => {
  response.end(JSON.stringify(request.url === '/jwks.json' ? signer.publicKeys : { sessions: kept }));
});
let stopLibrary: () => Promise<void>;
let supergraph: string;
let env: Record<string, string>;
const gateways: TestGateway[] = [];

async function start(log: typeof eventLog | null): Promise<TestGateway> {
  const gateway = await startTestGateway(supergraph, env, log);
  gateways.push(gateway);
  return gateway;
}

beforeAll(async () => {
  const library = await startLibrary();
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
  const url = `http://127.0.0.1:${await listen(issuer, '127.0.0.1', 0)}`;
  env = { JWKS_URL: `${url}/jwks.json`, ENDED_SESSIONS_URL: `${url}/ended-sessions.json` };
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await eventLog.close();
  await stopLibrary();
  issuer.close();
  issuer.closeAllConnections();
});

const tokenOf = (sessionId: string) => signer.sign({ userId, role: 'CUSTOMER', sessionId }).token;
const ask = async (gateway: TestGateway, sessionId: string) =>
  (await gateway.post({ query: '{ book(id: "1") { title } }' }, { authorization: `Bearer ${tokenOf(sessionId)}` })).status;
const say = (sessionIds: string[]) =>
  eventLog.publish([toMessage(createEvent('user.sessions-ended', userId, { userId, sessionIds, until }))]);

describe('an access token of a session that ended', () => {
  test('is rejected from the event on, also one that was accepted before; those of other sessions are not', async () => {
    const gateway = await start(eventLog);
    const [ended, other] = [newId(), newId()];
    expect([await ask(gateway, ended), await ask(gateway, other)]).toEqual([200, 200]);

    await say([ended]);

    expect([await ask(gateway, ended), await ask(gateway, other)]).toEqual([401, 200]);
    const { body } = await gateway.post('{"query":"{ __typename }"}', { authorization: `Bearer ${tokenOf(ended)}` });
    expect(body.errors).toEqual([{ message: 'This session has ended. Log in again.', extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('is rejected by a gateway that starts afterwards', async () => {
    const ended = newId();
    kept.push({ sessionId: ended, until });
    const gateway = await start(eventLog);

    await waitFor('the issuer to have been asked', async () => (await ask(gateway, ended)) === 401);
  });

  test('is rejected without an event log, too: the issuer is asked again and again', async () => {
    const gateway = await start(null);
    const ended = newId();
    expect(await ask(gateway, ended)).toBe(200);

    kept.push({ sessionId: ended, until });

    await waitFor('the issuer to have been asked', async () => (await ask(gateway, ended)) === 401);
  });

  test('is rejected by a gateway without events of the topic: it reports that, and polls the issuer until events arrive again', async () => {
    let problem: string | null = null;
    const lossy = {
      ...eventLog,
      subscribe: async (options: SubscribeOptions) => ({ ...(await eventLog.subscribe(options)), unhealthyReason: () => problem }),
    };
    const gateway = await start(lossy);
    const sessions = async () => ((await (await fetch(new URL('/readyz', gateway.adminUrl))).json()) as { sessions: string }).sessions;
    const gauge = async () =>
      /^marigold_gateway_sessions_in_touch (\d)$/m.exec(await (await fetch(new URL('/metrics', gateway.adminUrl))).text())?.[1];
    await waitFor('the events to arrive', async () => (await sessions()) === 'reachable');
    expect(await gauge()).toBe('1');

    problem = 'it lost Kafka';
    await waitFor('the gateway to say so', async () => (await sessions()) === 'unreachable');
    expect(await gauge()).toBe('0');
    const ended = newId();
    expect(await ask(gateway, ended)).toBe(200);
    kept.push({ sessionId: ended, until });

    await waitFor('the issuer to have been asked', async () => (await ask(gateway, ended)) === 401);
    problem = null;
    await waitFor('the events to arrive again', async () => (await sessions()) === 'reachable');
  });

  test('is rejected although an event before its own could not be read', async () => {
    const gateway = await start(eventLog);
    const ended = newId();
    const message = toMessage(createEvent('user.sessions-ended', userId, { userId, sessionIds: [ended], until }));
    await eventLog.publish([{ ...message, value: '{' }, message]);

    expect(await ask(gateway, ended)).toBe(401);
  });
});
