import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '#tests/support/wait-for.ts';
import { composeToFile, libraryEvents, startFakeSubgraph, startLibrary, startTestGateway } from './fake-subgraph.ts';

const stops: (() => Promise<void>)[] = [];
const later = <T extends { stop(): Promise<void> }>(started: T): T => {
  stops.push(() => started.stop());
  return started;
};
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

describe('the gateway', () => {
  test('starts while no subgraph is there, and serves each when it comes', async () => {
    const away = { name: 'clock', url: 'http://127.0.0.1:9/graphql', sdl: `${link} type Query { time: String }` };
    const gateway = later(await startTestGateway(composeToFile([away])));
    expect((await gateway.post({ query: '{ __typename }' })).body).toEqual({ data: { __typename: 'Query' } });
    expect((await gateway.post({ query: '{ time }' })).body.errors[0].extensions.code).toBe('UNAVAILABLE');

    const readiness = await fetch(`${gateway.adminUrl}/readyz`);

    expect(readiness.status).toBe(200);
    expect(await readiness.json()).toMatchObject({ status: 'ready', subgraphs: { clock: 'unreachable' }, eventLog: 'none', redis: 'none' });
  });

  test('calls a subgraph at a configured address instead of the one in the supergraph', async () => {
    const clock = later(await startFakeSubgraph('clock', `${link} type Query { time: String }`, { Query: { time: () => 'noon' } }));
    const supergraph = composeToFile([{ ...clock, url: 'http://clock.example:4000/graphql' }]);
    const gateway = later(await startTestGateway(supergraph, { SUBGRAPH_URLS: `clock=${clock.url}` }));

    expect((await gateway.post({ query: '{ time }' })).body).toEqual({ data: { time: 'noon' } });
  });

  test('fails with one sentence why it cannot start', async () => {
    const broken = composeToFile([libraryEvents, { name: 'a', url: 'http://a.invalid', sdl: `${link} type Query { a: Int }` }]);
    writeFileSync(broken, 'type Query { a: Int }');

    await expect(startTestGateway('/nowhere/supergraph.graphql')).rejects.toThrow(
      'The supergraph /nowhere/supergraph.graphql cannot be read.',
    );
    await expect(startTestGateway(broken)).rejects.toThrow('holds no supergraph that can be served');
  });

  test.each(['clock:4000', '/graphql', 'ftp://clock/graphql', 'http://clock:99999/graphql', ''])(
    'names the subgraph and its address when that is "%s", instead of starting',
    async (url) => {
      const supergraph = composeToFile([{ name: 'clock', url, sdl: `${link} type Query { time: String }` }]);

      await expect(startTestGateway(supergraph)).rejects.toThrow(`The subgraph "clock" cannot be asked at "${url}"`);
    },
  );

  test('names the subgraph and the address in SUBGRAPH_URLS that cannot be read, without its password', async () => {
    const supergraph = composeToFile([{ name: 'clock', url: 'http://clock/graphql', sdl: `${link} type Query { time: String }` }]);

    await expect(startTestGateway(supergraph, { SUBGRAPH_URLS: `clock=http://${'shop:geheim'}@clock:99999/graphql` })).rejects.toThrow(
      /SUBGRAPH_URLS.*clock.*http:\/\/clock:99999\/graphql/,
    );
  });
});

describe('a new supergraph', () => {
  const start = async () => {
    const library = later(await startLibrary());
    const path = composeToFile([library.books, libraryEvents]);
    const gateway = later(await startTestGateway(path));
    return { path, gateway, ...library };
  };
  const reviews = { query: '{ latestReview { text } }' };

  test('is served when the file changes', async () => {
    const { path, gateway, books, reviews: subgraph } = await start();
    expect((await gateway.post(reviews)).status).toBe(400);

    writeFileSync(path, readFileSync(composeToFile([books, subgraph, libraryEvents])));

    const answer = await waitFor('the new field', async () => (await gateway.post(reviews)).body.data);
    expect(answer).toEqual({ latestReview: { text: 'Good' } });
  });

  test.each([
    ['no SDL', 'type Query {'],
    ['no supergraph', 'type Query { a: Int }'],
    ['nothing', ''],
  ])('that is %s is rejected with a line in the log, and the last good one is served on', async (_what, text) => {
    const { path, gateway } = await start();

    writeFileSync(path, text);

    expect(await gateway.reload()).toBe(false);
    expect(gateway.logs.some(({ msg }) => String(msg).includes('rejected'))).toBe(true);
    expect((await gateway.post({ query: '{ book(id: "1") { title } }' })).body.data).toEqual({ book: { title: 'Book 1' } });
  });

  test('is served after one that was rejected', async () => {
    const { path, gateway, books, reviews: subgraph } = await start();
    writeFileSync(path, 'type Query {');
    await gateway.reload();

    writeFileSync(path, readFileSync(composeToFile([books, subgraph, libraryEvents])));

    expect(await gateway.reload()).toBe(true);
    expect((await gateway.post(reviews)).body.data).toEqual({ latestReview: { text: 'Good' } });
  });

  /** Answers which of two servers the gateway asks, and how it looks from outside. */
  const startTwo = async () => {
    const clock = (time: string) => startFakeSubgraph('clock', `${link} type Query { time: String }`, { Query: { time: () => time } });
    const [old, next] = [later(await clock('old')), later(await clock('next'))];
    const other = later(await startFakeSubgraph('other', `${link} type Query { other: Int }`, { Query: { other: () => 1 } }));
    const sdlOf = (...subgraphs: { name: string; url: string; sdl: string }[]) => readFileSync(composeToFile(subgraphs), 'utf8');
    const path = composeToFile([old, other]);
    const gateway = later(await startTestGateway(path));
    const put = (sdl: string) => {
      writeFileSync(path, sdl);
      return gateway.reload();
    };
    const time = async () => (await gateway.post({ query: '{ time }' })).body.data?.time;
    return { old, next, other, sdlOf, path, gateway, put, time };
  };

  test('that is rejected changes nothing: neither whom the gateway asks, nor what it knows of them; and the good one can be put back', async () => {
    const { old, next, other, sdlOf, put, time } = await startTwo();
    const good = sdlOf(old, other);
    // found out after the address of clock, which is good
    const bad = sdlOf(next, { ...other, url: 'http://other:99999/graphql' });

    expect(await put(bad)).toBe(false);
    expect(await time()).toBe('old');
    expect(await put(good)).toBe(true);
    expect(await time()).toBe('old');
    expect(await put(bad)).toBe(false);
    expect(await put(sdlOf(next, other))).toBe(true);
    expect(await time()).toBe('next');
  });

  test('in any order of good and bad ones ends in the state of the last good one', async () => {
    const { old, next, other, sdlOf, gateway, put, time } = await startTwo();
    const good = [
      { sdl: sdlOf(old, other), time: 'old', subgraphs: ['clock', 'other'] },
      { sdl: sdlOf(next, other), time: 'next', subgraphs: ['clock', 'other'] },
      { sdl: sdlOf(next), time: 'next', subgraphs: ['clock'] },
      { sdl: sdlOf(old), time: 'old', subgraphs: ['clock'] },
    ];
    const bad = ['type Query {', 'type Query { a: Int }', '', sdlOf(next, { ...other, url: 'nowhere' }), sdlOf({ ...old, url: '' }, other)];
    // a walk that meets each of them after each other: 0 1 2 … in steps that have no common divisor with their number
    const all = [
      ...good.map((one) => ({ ...one, isGood: true })),
      ...bad.map((sdl) => ({ sdl, time: '', subgraphs: [''], isGood: false })),
    ];
    const steps = [1, 4].flatMap((step) => all.map((_, index) => all[(index * step) % all.length]));
    let last = good[0];

    for (const step of steps) {
      if (step === undefined) continue;
      expect(await put(step.sdl)).toBe(step.isGood);
      if (step.isGood) last = step;
      expect(await time()).toBe(last?.time);
      expect((await gateway.post({ query: '{ other }' })).status).toBe(last?.subgraphs.includes('other') ? 200 : 400);
    }
  });

  test('is forgotten with its subgraphs: readiness and figures name those that are there', async () => {
    const { old, other, sdlOf, gateway, put } = await startTwo();
    const read = async (path: string) => (await fetch(`${gateway.adminUrl}/${path}`)).text();

    expect(await put(sdlOf(old))).toBe(true);

    const { subgraphs } = JSON.parse(
      await waitFor('the next look', async () => {
        const body = await read('readyz');
        return body.includes(other.name) ? null : body;
      }),
    );
    expect(Object.keys(subgraphs)).toEqual(['clock']);
    expect(await read('metrics')).not.toContain('marigold_gateway_breaker_open{subgraph="other"}');
  });

  test('leaves the calls alone that are under way, and the breaker of a subgraph whose address stays', async () => {
    const { old, next, other, sdlOf, gateway, put } = await startTwo();
    const letGo = old.hold();
    const underWay = gateway.post({ query: '{ time }' });
    await waitFor('the call', () => old.seen.length === 1);

    expect(await put(sdlOf(next, other))).toBe(true);
    letGo();

    expect((await underWay).body).toEqual({ data: { time: 'old' } });
  });
});
