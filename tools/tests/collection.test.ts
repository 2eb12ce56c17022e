import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { getOperationAST, parse, validate } from 'graphql';
import { z } from 'zod';
import { readCheckout } from '#schema/files.ts';
import { apiOf, supergraphFile } from '#schema/graph.ts';
import { collection, collectionFile, collectionText } from '../collection/write-collection.ts';

const schema = apiOf(readCheckout().get(supergraphFile) ?? '');
const written = collection();
const requests = written.item.flatMap(({ name, item }) => item.map((request) => [`${name} ${request.name}`, request] as const));

/** What of Postman's format 2.1 the collection uses, by its documentation, and nothing besides. */
const request = z.strictObject({
  method: z.literal('POST'),
  description: z.string().min(1),
  header: z.array(z.never()),
  url: z.strictObject({
    raw: z.literal('{{baseUrl}}/graphql'),
    host: z.tuple([z.literal('{{baseUrl}}')]),
    path: z.tuple([z.literal('graphql')]),
  }),
  body: z.strictObject({ mode: z.literal('graphql'), graphql: z.strictObject({ query: z.string().min(1), variables: z.string() }) }),
});
const script = z.strictObject({ type: z.literal('text/javascript'), exec: z.array(z.string()).min(1) });
const item = z.strictObject({
  name: z.string().min(1),
  event: z.array(z.strictObject({ listen: z.literal('test'), script })).optional(),
  request,
  response: z.array(z.never()),
});
const format = z.strictObject({
  info: z.strictObject({
    name: z.string(),
    description: z.string(),
    schema: z.literal('https://schema.getpostman.com/json/collection/v2.1.0/collection.json'),
  }),
  auth: z.strictObject({
    type: z.literal('bearer'),
    bearer: z.tuple([z.strictObject({ key: z.literal('token'), value: z.literal('{{token}}'), type: z.literal('string') })]),
  }),
  variable: z.array(z.strictObject({ key: z.string(), value: z.string() })),
  item: z.array(z.strictObject({ name: z.string(), item: z.array(item).min(1) })).min(1),
});

test('the collection is that of the registered operations; npm run collection writes it', () => {
  expect(readFileSync(collectionFile, 'utf8')).toBe(collectionText());
});

test('the collection has the shape of a Postman collection', () => {
  expect(format.safeParse(written).error).toBeUndefined();
});

test('every variable that a request refers to is one of the collection', () => {
  const referredTo = new Set([...JSON.stringify(written).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
  const kept = new Set([...JSON.stringify(written).matchAll(/collectionVariables\.set\('(\w+)'/g)].map(([, name]) => name));

  expect(written.variable.map(({ key }) => key)).toEqual(expect.arrayContaining([...referredTo, ...kept]));
});

test.each(requests)('%s asks what the graph knows', (_name, { request }) => {
  expect(validate(schema, parse(request.body.graphql.query))).toEqual([]);
});

/** As Postman does before it sends: what is a number stands without quotes. */
const filledIn = (variables: string) => variables.replaceAll(/: \{\{\w+\}\}/g, ': 1');

test.each(requests)('%s gives a value to every variable that the graph insists on', (_name, { request }) => {
  const variables = JSON.parse(filledIn(request.body.graphql.variables));
  const needed = (getOperationAST(parse(request.body.graphql.query))?.variableDefinitions ?? [])
    .filter(({ type }) => type.kind === 'NonNullType')
    .map(({ variable }) => variable.name.value);

  expect(Object.keys(variables)).toEqual(expect.arrayContaining(needed));
});

test('a log-in keeps the token that the other requests carry', () => {
  const logIns = requests.filter(([, { name }]) => name === 'LogIn').map(([, { event }]) => event?.[0]?.script.exec ?? []);
  const kept = logIns.map((exec) => {
    const set = new Map<string, unknown>();
    const pm = {
      response: { json: () => ({ data: { logIn: { session: { accessToken: 'secret' } } } }) },
      collectionVariables: { set: (key: string, value: unknown) => set.set(key, value) },
    };
    new Function('pm', exec.join('\n'))(pm);
    return Object.fromEntries(set);
  });

  expect(kept).toEqual([{ token: 'secret' }, { token: 'secret' }, { token: 'secret' }]);
});
