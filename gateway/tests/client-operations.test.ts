import { readdirSync, readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { getOperationAST, Kind, parse, validate } from 'graphql';
import { examples, firstTabs } from '#schema/examples.ts';
import { costOf } from '../pipeline/limit/cost.ts';
import { checkExecuted, checkLimits } from '../pipeline/limit/limits.ts';

const operations = new URL('../../schema/operations/', import.meta.url);
const files = readdirSync(operations, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.graphql'));

describe('the operations of our own clients', () => {
  const supergraph = Supergraph.build(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'));
  const schema = supergraph.apiSchema().toGraphQLJSSchema();
  const limits = { maxOperations: 50, maxDepth: 12, maxAliases: 30, maxRootFields: 20, maxDirectives: 30, maxCost: 10_000 };

  test.each(files)('%s is one named operation of this schema, within the limits', (file) => {
    const document = parse(readFileSync(new URL(file, operations), 'utf8'));
    const operation = getOperationAST(document);

    expect(validate(schema, document)).toEqual([]);
    expect(checkLimits(document, limits)).toEqual([]);
    for (const operation of document.definitions)
      if (operation.kind === 'OperationDefinition') expect(checkExecuted({ document, operation, request: {} }, limits)).toEqual([]);
    expect(operation?.name?.value).toMatch(/^[A-Z]/);
    expect(operation && costOf(schema, document, operation, { first: 50 })).toBeLessThan(10_000);
    expect(document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)).toHaveLength(1);
  });

  test('are tried with values for every variable that is required', () => {
    expect(examples.map(({ file }) => file)).toEqual(expect.arrayContaining([...firstTabs]));
    for (const { file, variables } of examples) {
      const operation = getOperationAST(parse(readFileSync(new URL(`playground/${file}.graphql`, operations), 'utf8')));
      const required = operation?.variableDefinitions?.filter(
        ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue,
      );

      expect(Object.keys(variables ?? {})).toEqual(expect.arrayContaining((required ?? []).map(({ variable }) => variable.name.value)));
    }
  });
});
