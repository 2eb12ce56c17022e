import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { createAccessTokenSigner, InternalTokenVerifier } from '#platform/auth.ts';
import { listen } from '#platform/http/server.ts';
import { composeToFile, type FakeSubgraph, startLibrary, startTestGateway, type TestGateway } from './fake-subgraph.ts';

const secret = 'a secret of the tests that is long enough';
const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const keys = [newKey(), newKey()] as const;
const [signer, otherSigner] = keys.map((key) => createAccessTokenSigner(key, 900)) as [Signer, Signer];
type Signer = ReturnType<typeof createAccessTokenSigner>;

let books: FakeSubgraph;
let stopLibrary: () => Promise<void>;
let supergraph: string;
let gateway: TestGateway;
let published: { keys: readonly object[] } | null;
let fetched = 0;
const issuer = createServer((_request, response) => {
  fetched += 1;
  response.writeHead(published === null ? 503 : 200).end(JSON.stringify(published ?? {}));
});
let jwksUrl: string;

beforeAll(async () => {
  const library = await startLibrary();
  books = library.books;
  stopLibrary = library.stop;
  supergraph = composeToFile([library.books, library.reviews]);
  jwksUrl = `http://127.0.0.1:${await listen(issuer, '127.0.0.1', 0)}/jwks.json`;
  published = signer.publicKeys;
  gateway = await startTestGateway(supergraph, { JWKS_URL: jwksUrl, INTERNAL_TOKEN_SECRET: secret });
});
afterAll(async () => {
  await gateway.stop();
  await stopLibrary();
  issuer.close();
  issuer.closeAllConnections();
});

const user = { userId: 'u1', role: 'CUSTOMER' as const, sessionId: 's1' };
const query = { query: '{ book(id: "1") { title } }' };
const ask = (token: string, asked = gateway) => asked.post(query, { authorization: `Bearer ${token}` });
const kid = signer.publicKeys.keys[0]?.kid ?? '';
const claims = { sub: 'u1', role: 'ADMIN', iss: 'marigold', aud: 'marigold' };
const header = { alg: 'RS256', typ: 'at+jwt', kid } as const;
const sign = (changed: object, changedHeader: object = {}, exp: object = { expiresIn: 900 }) =>
  jwt.sign({ ...claims, ...changed }, keys[0], { algorithm: 'RS256', header: { ...header, ...changedHeader }, ...exp });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const body = encode({ ...claims, exp: 4_000_000_000 });

describe('an access token', () => {
  test('makes the caller known to the subgraphs', async () => {
    const { status } = await ask(signer.sign(user).token);

    const internal = String(books.seen.at(-1)?.headers.authorization).replace('Bearer ', '');
    expect(status).toBe(200);
    expect(new InternalTokenVerifier(secret).verify(internal)).toEqual({ kind: 'user', userId: 'u1', role: 'CUSTOMER' });
  });

  test.each([
    ['of no user', 'abc'],
    ['without a signature (alg none)', `${encode({ ...header, alg: 'none' })}.${body}.`],
    ['signed with the public key as a shared secret (HS256)', hmacToken()],
    ['signed with a key that is not published', otherSigner.sign(user).token],
    ['signed with another key under a published id', foreignToken()],
    ['for another audience', sign({ aud: 'bank' })],
    ['of another issuer', sign({ iss: 'evil' })],
    ['of another type', sign({}, { typ: 'JWT' })],
    ['that has expired', sign({ exp: 1_600_000_000 }, {}, {})],
    ['that never expires', sign({}, {}, {})],
    ['with a role that does not exist', sign({ role: 'OWNER' })],
    ['without a subject', sign({ sub: '' })],
    ['too long to be one', 'a'.repeat(9000)],
  ])('%s is answered with 401, not taken for a guest', async (_what, token) => {
    const seen = books.seen.length;

    const answer = await ask(token);

    expect(answer.status).toBe(401);
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
    expect(books.seen).toHaveLength(seen);
  });

  test('in another scheme is answered with 401', async () => {
    expect((await gateway.post(query, { authorization: 'Basic YTpi' })).status).toBe(401);
  });
});

describe('the public keys', () => {
  test('are fetched once for many tokens, and not for every invented id', async () => {
    const before = fetched;

    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(sign({}, { kid: `made-up-${index}` }))));

    expect(fetched - before).toBeLessThanOrEqual(1);
  });

  test('may be replaced while the gateway runs: tokens of both keys are good, then those of the new one alone', async () => {
    const [old, next] = keys;
    const rotated = createAccessTokenSigner(next + old, 900);
    published = rotated.publicKeys;
    const running = await startTestGateway(supergraph, { JWKS_URL: jwksUrl });

    expect((await ask(signer.sign(user).token, running)).status).toBe(200);
    expect((await ask(rotated.sign(user).token, running)).status).toBe(200);
    await running.stop();
    published = signer.publicKeys;
  });

  test('may be away when the gateway starts: guests are served, and users as soon as they are there', async () => {
    published = null;
    const late = await startTestGateway(supergraph, { JWKS_URL: jwksUrl });
    expect((await late.post(query)).status).toBe(200);
    const rejected = await ask(signer.sign(user).token, late);
    expect([rejected.status, rejected.body.errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    await late.stop();

    published = signer.publicKeys;
    const again = await startTestGateway(supergraph, { JWKS_URL: jwksUrl });

    expect((await ask(signer.sign(user).token, again)).status).toBe(200);
    await again.stop();
  });

  test('are not needed by a gateway that knows no users, which rejects every token', async () => {
    const plain = await startTestGateway(supergraph);

    expect((await plain.post(query)).status).toBe(200);
    expect((await ask(signer.sign(user).token, plain)).status).toBe(401);
    expect(books.seen.at(-1)?.headers.authorization).toBeUndefined();
    await plain.stop();
  });
});

function hmacToken(): string {
  const pem = signer.publicKeys.keys[0];
  const signed = `${encode({ ...header, alg: 'HS256' })}.${body}`;
  return `${signed}.${createHmac('sha256', JSON.stringify(pem)).update(signed).digest('base64url')}`;
}

function foreignToken(): string {
  return jwt.sign(claims, keys[1], { algorithm: 'RS256', header, expiresIn: 900 });
}
