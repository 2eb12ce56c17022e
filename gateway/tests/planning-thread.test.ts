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
    thread.plan({ sdl, operation: small, caller: 'somebody' }),
    thread.plan({ sdl: other, operation: small, caller: 'somebody' }),
    thread.plan({ sdl, operation: small, caller: null }),
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

  await thread.plan({ sdl, operation: large, caller: 'somebody' });

  clearInterval(turning);
  expect(turns).toBeGreaterThan(50);
}, 60_000);

test('gives up what takes too long, and goes on with the next', async () => {
  const thread = start({ timeoutMs: 200 });
  await thread.load(sdl);

  const [tooLarge, next] = await Promise.allSettled([
    thread.plan({ sdl, operation: large, caller: 'somebody' }),
    thread.plan({ sdl, operation: small, caller: 'somebody' }),
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

test('takes registered operations before others', async () => {
  const thread = start();
  const order: string[] = [];
  const ask = (name: string, caller: string | null) => thread.plan({ sdl, operation: small, caller }).then(() => order.push(name));

  await Promise.all([ask('first', 'somebody'), ask('second', 'somebody'), ask('registered', null)]);

  expect(order).toEqual(['registered', 'first', 'second']);
}, 60_000);

test('plans for a new caller before the rest of a caller with many requests, whose excess is rejected', async () => {
  const thread = start({ maxWaiting: 4 });
  await thread.load(sdl);
  const order: string[] = [];
  const ask = (name: string, caller: string) =>
    thread.plan({ sdl, operation: small, caller }).then(
      () => order.push(name),
      (error: Error) => order.push(`${name}: ${error.message}`),
    );
  const asked = ['one', 'two', 'one', 'two', 'one'].map((caller, index) => ask(`${caller} ${index}`, caller));

  await Promise.all([...asked, ask('visitor', 'visitor')]);

  expect(order.filter((one) => one.includes(':'))).toEqual([
    'one 4: Too many new operations are being planned at the moment. Try again soon.',
  ]);
  expect(order.filter((one) => !one.includes(':')).indexOf('visitor')).toBeLessThan(3);
}, 60_000);

test('reports what cannot be planned, and continues', async () => {
  const thread = start();

  await expect(thread.plan({ sdl, operation: '{ nothing }', caller: 'somebody' })).rejects.toThrow('could not be planned');
  await expect(thread.plan({ sdl: 'type Query', operation: small, caller: 'somebody' })).rejects.toThrow('has failed');
  expect(await thread.plan({ sdl, operation: small, caller: 'somebody' })).toContain('"serviceName":"user"');
}, 60_000);

test('validates a document, and answers introspection', async () => {
  const thread = start();
  const wanted = { sdl, caller: 'somebody' };

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
