import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type DefinitionNode, parse, validate } from 'graphql';
import { readCheckout } from '#schema/files.ts';
import { apiOf, supergraphFile } from '#schema/graph.ts';
import { collectionFiles } from '../collection/write-collection.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'collection');
const bruno = createRequire(import.meta.url)('@usebruno/lang');
const files = collectionFiles();
const requests = [...files].filter(([path]) => path.endsWith('.bru') && !path.startsWith('environments/'));
const schema = apiOf(readCheckout().get(supergraphFile) ?? '');

test('the collection is that of the registered operations; npm run collection writes it', () => {
  const written = Object.fromEntries(
    globSync('**/*.{bru,json}', { cwd: folder }).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );

  expect(written).toEqual(Object.fromEntries(files));
});

test.each(requests)('%s can be read by Bruno, and asks what the graph knows', (_path, text) => {
  const request = bruno.bruToJsonV2(text);
  const query = request.body.graphql?.query ?? JSON.parse(request.body.ws[1].content).payload.query;

  expect(validate(schema, parse(query))).toEqual([]);
});

/** As Bruno does before it sends: what is a number stands without quotes. */
const filledIn = (variables: string) => variables.replaceAll(/: \{\{\w+\}\}/g, ': 1');

test.each(requests)('%s gives a value to every variable that the graph insists on', (_path, text) => {
  const request = bruno.bruToJsonV2(text);
  const { query, variables } = request.body.graphql
    ? { query: request.body.graphql.query, variables: JSON.parse(filledIn(request.body.graphql.variables)) }
    : JSON.parse(request.body.ws[1].content).payload;
  const [definition] = parse(query).definitions as (DefinitionNode & {
    variableDefinitions?: { variable: { name: { value: string } }; type: { kind: string } }[];
  })[];
  const needed = (definition?.variableDefinitions ?? [])
    .filter(({ type }) => type.kind === 'NonNullType')
    .map(({ variable }) => variable.name.value);

  expect(Object.keys(variables)).toEqual(expect.arrayContaining(needed));
});
