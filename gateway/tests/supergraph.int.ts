import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '#testing/wait-for.ts';
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

    const readiness = await fetch(gateway.url.replace('graphql', 'readyz'));

    expect(readiness.status).toBe(200);
    expect(await readiness.json()).toMatchObject({ status: 'ready', subgraphs: { clock: 'unreachable' }, eventLog: 'none', redis: 'none' });
  });

  test('asks a subgraph at another address than the supergraph says, when it is told to', async () => {
    const clock = later(await startFakeSubgraph('clock', `${link} type Query { time: String }`, { Query: { time: () => 'noon' } }));
    const supergraph = composeToFile([{ ...clock, url: 'http://clock.example:4000/graphql' }]);
    const gateway = later(await startTestGateway(supergraph, { SUBGRAPH_URLS: `clock=${clock.url}` }));

    expect((await gateway.post({ query: '{ time }' })).body).toEqual({ data: { time: 'noon' } });
  });

  test('says in a sentence why it cannot start', async () => {
    const broken = composeToFile([libraryEvents, { name: 'a', url: 'http://a.invalid', sdl: `${link} type Query { a: Int }` }]);
    writeFileSync(broken, 'type Query { a: Int }');

    await expect(startTestGateway('/nowhere/supergraph.graphql')).rejects.toThrow(
      'The supergraph /nowhere/supergraph.graphql cannot be read.',
    );
    await expect(startTestGateway(broken)).rejects.toThrow('holds no supergraph that can be served');
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
  ])('that is %s is refused with a line in the log, and the last good one is served on', async (_what, text) => {
    const { path, gateway } = await start();

    writeFileSync(path, text);

    expect(await gateway.reload()).toBe(false);
    expect(gateway.logs.some(({ msg }) => String(msg).includes('refused'))).toBe(true);
    expect((await gateway.post({ query: '{ book(id: "1") { title } }' })).body.data).toEqual({ book: { title: 'Book 1' } });
  });

  test('is served after one that was refused', async () => {
    const { path, gateway, books, reviews: subgraph } = await start();
    writeFileSync(path, 'type Query {');
    await gateway.reload();

    writeFileSync(path, readFileSync(composeToFile([books, subgraph, libraryEvents])));

    expect(await gateway.reload()).toBe(true);
    expect((await gateway.post(reviews)).body.data).toEqual({ latestReview: { text: 'Good' } });
  });
});
