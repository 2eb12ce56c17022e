import { afterEach, expect, test } from '@jest/globals';
import { createPlanningThread, type PlanningThread } from '../supergraph/planning/planning-thread.ts';
import { createQueryPlanner } from '../supergraph/planning/schema-tasks.ts';
import { readSupergraph } from './supergraph-text.ts';

const sdl = readSupergraph();
const open: PlanningThread[] = [];
const start = (options: { timeoutMs?: number; maxWaiting?: number } = {}) => {
  const thread = createPlanningThread({ timeoutMs: 30_000, maxWaiting: 100, ...options });
  open.push(thread);
  return thread;
};
afterEach(() => {
  for (const thread of open.splice(0)) thread.close();
});

const small = '{ me { username } }';
// takes seconds wherever it is planned
const large = `{ ${Array.from({ length: 200 }, (_, index) => `o${index}: order(id: "${index}") { lines { product { name } } customer { username } payment { status } mails { kind } }`).join(' ')} }`;

test('plans as the planner does, for whichever supergraph is asked', async () => {
  const thread = start();
  const other = sdl.replace('url: "http://user:4004/graphql"', 'url: "http://elsewhere:1/graphql"');

  const [one, two, again] = await Promise.all([
    thread.plan({ sdl, operation: small, known: false }),
    thread.plan({ sdl: other, operation: small, known: false }),
    thread.plan({ sdl, operation: small, known: true }),
  ]);

  expect(one).toBe(createQueryPlanner(sdl)(small));
  expect([two, again]).toEqual([one, one]);
}, 60_000);

test('lets the event loop go on while it plans', async () => {
  const thread = start();
  await thread.load(sdl);
  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 1);

  await thread.plan({ sdl, operation: large, known: false });

  clearInterval(turning);
  expect(turns).toBeGreaterThan(50);
}, 60_000);

test('gives up what takes too long, and goes on with the next', async () => {
  const thread = start({ timeoutMs: 200 });
  await thread.load(sdl);

  const [tooLarge, next] = await Promise.allSettled([
    thread.plan({ sdl, operation: large, known: false }),
    thread.plan({ sdl, operation: small, known: false }),
  ]);

  expect(tooLarge).toMatchObject({
    status: 'rejected',
    reason: {
      message:
        'The operation could not be planned within 200 ms: ask for less of it at a time, or for other fields where one alone takes so long.',
    },
  });
  expect(next.status).toBe('fulfilled');
}, 60_000);

test('takes known operations before others, and of those no more than may wait', async () => {
  const thread = start({ maxWaiting: 2 });
  const order: string[] = [];
  const ask = (name: string, known: boolean) => thread.plan({ sdl, operation: small, known }).then(() => order.push(name));

  const asked = [ask('first', false), ask('second', false), ask('known', true)];
  await expect(ask('third', false)).rejects.toThrow('Too many new operations');
  await Promise.all(asked);

  expect(order).toEqual(['known', 'first', 'second']);
}, 60_000);

test('reports what cannot be planned, and continues', async () => {
  const thread = start();

  await expect(thread.plan({ sdl, operation: '{ nothing }', known: false })).rejects.toThrow('could not be planned');
  await expect(thread.plan({ sdl: 'type Query', operation: small, known: false })).rejects.toThrow('has failed');
  expect(await thread.plan({ sdl, operation: small, known: false })).toContain('"serviceName":"user"');
}, 60_000);

test('validates a document, and answers introspection', async () => {
  const thread = start();
  const wanted = { sdl, known: false };

  const mistakes = await thread.validate({ ...wanted, document: '{ me { nothing } }', introspection: true });
  const hidden = await thread.validate({ ...wanted, document: '{ me { usernam } __schema { __typename } }', introspection: false });
  const document = 'query ($name: String!) { __type(name: $name) { kind } }';

  expect(mistakes).toEqual([{ message: 'Cannot query field "nothing" on type "User".', positions: [7] }]);
  expect(hidden.map(({ message }) => message)).toEqual([
    'Cannot query field "usernam" on type "User".',
    expect.stringContaining('GraphQL introspection has been disabled'),
  ]);
  expect(await thread.introspect({ ...wanted, document, variables: { name: 'User' } })).toBe('{"__type":{"kind":"OBJECT"}}');
}, 60_000);
