import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentNode,
  type GraphQLInputType,
  GraphQLList,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type TypeNode,
} from 'graphql';
import { examples } from '#schema/examples.ts';
import type { CollectionEntry } from '../../../playground/collection.ts';
import type { SupergraphState } from '../../supergraph/supergraph-source.ts';
import { readMap } from './map.ts';

const themes: Readonly<Record<string, string>> = {
  product: 'Catalogue',
  cart: 'Cart',
  order: 'Orders',
  user: 'Account',
  payment: 'Payment',
  events: 'Live',
  mail: 'Mails',
  operations: 'Operations',
};

/**
 * The operations of our own clients, from the folder with a folder for each client, as a collection for the playground. What the
 * schema of the moment does not know is left out.
 */
export function readCollection(folder: string, supergraph: SupergraphState): CollectionEntry[] {
  const { apiSchema } = supergraph;
  const owners = rootOwners(supergraph);
  return listFiles(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const document = parseOrNull(text);
    const operation = document && getOperationAST(document);
    const root = operation?.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD)?.name.value;
    const owner = owners.get(root ?? '');
    if (!document || !operation || owner === undefined) return [];
    return [
      {
        client: file.split(/[\\/]/)[0] ?? '',
        theme: themes[owner] ?? owner.charAt(0).toUpperCase() + owner.slice(1),
        name: operation.name?.value ?? file,
        kind: operation.operation,
        comment: commentOf(text),
        query: text.replace(/^(#[^\n]*\n)+/, '').trim(),
        variables: variablesText(apiSchema, document, operation),
      },
    ];
  });
}

/** The subgraph of each field at the roots of the graph. */
function rootOwners(supergraph: SupergraphState): Map<string, string> {
  const roots = readMap(supergraph).types.filter(({ name }) => ['Query', 'Mutation', 'Subscription'].includes(name));
  return new Map(roots.flatMap(({ fields }) => fields.map(({ name, owners }) => [name, owners[0] ?? ''] as const)));
}

function variablesText(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): string {
  const known = knownExample(document);
  const variables = known ?? exampleVariables(schema, operation);
  return Object.keys(variables).length === 0 ? '' : JSON.stringify(variables, null, 2);
}

/** The variables of the playground's own example, for the same operation of any client. */
function knownExample(document: DocumentNode): object | null {
  const name = getOperationAST(document)?.name?.value;
  const example = examples.find(({ file }) => operationNameOf(file) === name);
  const takes = getOperationAST(document)?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? [];
  const variables = Object.entries(example?.variables ?? {}).filter(([key]) => takes.includes(key));
  return variables.length === 0 ? null : Object.fromEntries(variables);
}

/** browse-products holds BrowseProducts. */
function operationNameOf(file: string): string {
  return file.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());
}

/** A value for each variable that must be given, and inputs with what they must have. */
export function exampleVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): Record<string, unknown> {
  const required =
    operation.variableDefinitions?.filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && !defaultValue) ?? [];
  return Object.fromEntries(
    required.flatMap(({ variable, type: node }) => {
      const type = inputTypeOf(schema, node);
      const name = variable.name.value;
      return type ? [[name, exampleOf(type, name, print(node))] as const] : [];
    }),
  );
}

/** What stands after the colon, without its marks for null, which an example need not know. */
function inputTypeOf(schema: GraphQLSchema, node: TypeNode): GraphQLInputType | null {
  if (node.kind === Kind.NON_NULL_TYPE) return inputTypeOf(schema, node.type);
  if (node.kind === Kind.LIST_TYPE) {
    const item = inputTypeOf(schema, node.type);
    return item && new GraphQLList(item);
  }
  const type = schema.getType(node.name.value);
  return isInputType(type) ? type : null;
}

/** Ids are filled in from the answers before, as in the playground's own examples. */
function exampleOf(type: GraphQLInputType, name: string, owner: string): unknown {
  const bare = getNamedType(type);
  const isList = isListType(isNonNullType(type) ? type.ofType : type);
  const one = isInputObjectType(bare)
    ? Object.fromEntries(
        Object.values(bare.getFields())
          .filter(isRequiredInputField)
          .map((field) => [field.name, exampleOf(field.type, field.name, bare.name)]),
      )
    : isEnumType(bare)
      ? (bare.getValues()[0]?.name ?? null)
      : scalarExample(bare.name, name, owner);
  return isList ? [one] : one;
}

function scalarExample(type: string, name: string, owner: string): unknown {
  if (type === 'ID') return `{{${idKind(name, owner)}}}`;
  if (type === 'Int' || type === 'Float') return 1;
  if (type === 'Boolean') return true;
  return type === 'String' ? '' : null;
}

function idKind(name: string, owner: string): string {
  if (/Id$/.test(name)) return name;
  const found = /(product|stock|picture|order|payment)/i.exec(`${name} ${owner}`)?.[1]?.toLowerCase();
  if (found === 'order' || found === 'payment') return 'orderId';
  return 'productId';
}

function commentOf(text: string): string {
  const lines = /^(#[^\n]*\n)+/.exec(text)?.[0] ?? '';
  return lines
    .replace(/^#\s?/gm, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return null;
  }
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.graphql'))
      .toSorted();
  } catch {
    return [];
  }
}
