import { createHash } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ConstDirectiveNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  graphql,
  graphqlSync,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  visit,
} from 'graphql';

/**
 * Answers for any graph, as a pure function of an object's type and identity, a field and its arguments: a subgraph and
 * a server of the whole graph give the same answer. Some fields are null, some fail; keys and what `@requires` needs never fail.
 */
type Thing = { readonly __typename: string; readonly identity: string; readonly sent?: Readonly<Record<string, unknown>> };
export type SubgraphText = { readonly name: string; readonly url: string; readonly sdl: string };
export type WholeGraph = {
  /** One server for everything, over the schema that clients see. */
  whole(api: GraphQLSchema, source: string, variableValues: Record<string, unknown>): ReturnType<typeof graphqlSync>;
  /** What a subgraph answers. */
  ask(subgraph: string, source: string, variableValues: Record<string, unknown>): ReturnType<typeof graphql>;
};

type Rules = {
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly required: ReadonlyMap<string, readonly string[]>;
  readonly needed: ReadonlySet<string>;
  /** The types that every subgraph knows of an abstract one. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** The values that every subgraph knows of an enum. */
  readonly values: ReadonlyMap<string, readonly string[]>;
};

const roots: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

export function createWholeGraph(subgraphs: readonly SubgraphText[]): WholeGraph {
  const schemas = new Map(subgraphs.map(({ name, sdl }) => [name, buildSubgraphSchema([{ typeDefs: parse(sdl) }] as never)]));
  const rules = readRules(subgraphs, [...schemas.values()]);
  for (const schema of schemas.values()) bind(schema, rules, true);
  const bound = new WeakSet<GraphQLSchema>();
  return {
    whole(schema, source, variableValues) {
      if (!bound.has(schema)) bind(schema, rules, false);
      bound.add(schema);
      return graphqlSync({ schema, source, variableValues });
    },
    ask(subgraph, source, variableValues) {
      const schema = schemas.get(subgraph);
      if (!schema) throw new Error(`There is no subgraph ${subgraph}.`);
      return graphql({ schema, source, variableValues });
    },
  };
}

function readRules(subgraphs: readonly SubgraphText[], schemas: readonly GraphQLSchema[]): Rules {
  const keys = new Map<string, Set<string>>();
  const required = new Map<string, readonly string[]>();
  const needed = new Set<string>();
  const read = (type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) => {
    const name = type.name.value;
    const ofType = fieldsOf(type.directives, 'key');
    if (ofType.length > 0) keys.set(name, new Set([...(keys.get(name) ?? []), ...ofType]));
    for (const field of type.fields ?? []) {
      const names = fieldsOf(field.directives, 'requires');
      if (names.length > 0) required.set(`${name}.${field.name.value}`, names);
      for (const one of names) needed.add(`${name}.${one}`);
    }
  };
  for (const { sdl } of subgraphs) visit(parse(sdl), { ObjectTypeDefinition: read, ObjectTypeExtension: read });
  const members = new Map<string, string[]>();
  const values = new Map<string, string[]>();
  const keepCommon = (map: Map<string, string[]>, name: string, names: readonly string[]) => {
    map.set(
      name,
      (map.get(name) ?? [...names].sort()).filter((one) => names.includes(one)),
    );
  };
  for (const schema of schemas) {
    for (const type of Object.values(schema.getTypeMap())) {
      if (isAbstractType(type))
        keepCommon(
          members,
          type.name,
          schema.getPossibleTypes(type).map(({ name }) => name),
        );
      if (isEnumType(type))
        keepCommon(
          values,
          type.name,
          type.getValues().map(({ name }) => name),
        );
    }
  }
  return { keys, required, needed, members, values };
}

function fieldsOf(directives: readonly ConstDirectiveNode[] | undefined, name: string): string[] {
  return (directives ?? []).flatMap((directive) => {
    if (directive.name.value !== name) return [];
    const value = directive.arguments?.find((argument) => argument.name.value === 'fields')?.value;
    return value?.kind === Kind.STRING ? value.value.split(/\s+/).filter(Boolean) : [];
  });
}

function bind(schema: GraphQLSchema, rules: Rules, isSubgraph: boolean): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = ({ __typename }: Thing) => __typename;
    if (isInterfaceType(type) || isObjectType(type)) bindReference(type, rules);
    if (isObjectType(type) && !type.name.startsWith('_')) bindFields(schema, type, rules, isSubgraph);
  }
}

function bindFields(schema: GraphQLSchema, type: GraphQLObjectType, rules: Rules, isSubgraph: boolean): void {
  for (const field of Object.values(type.getFields())) {
    if (field.name.startsWith('_')) continue;
    field.resolve = (source: Thing | undefined, args) => {
      const thing = source?.__typename ? source : { __typename: type.name, identity: type.name };
      return answer(schema, rules, { thing, type, name: field.name, of: field.type, args, isSubgraph });
    };
  }
}

function bindReference(type: GraphQLObjectType | GraphQLInterfaceType, rules: Rules): void {
  const fields = rules.keys.get(type.name);
  if (!fields) return;
  const resolveReference = (sent: Record<string, unknown>): Thing => {
    const key = [...fields].map((field) => sent[field]).find((value) => typeof value === 'string');
    const identity = String(key).split('#')[1] ?? '';
    return { __typename: isInterfaceType(type) ? memberOf(rules, type.name, identity) : type.name, identity, sent };
  };
  Object.assign(type, { resolveReference });
  type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference } } };
}

type Question = {
  readonly thing: Thing;
  readonly type: GraphQLObjectType;
  readonly name: string;
  readonly of: GraphQLOutputType;
  readonly args: Record<string, unknown>;
  readonly isSubgraph: boolean;
};

function answer(schema: GraphQLSchema, rules: Rules, question: Question): unknown {
  const { thing, type, name, of, args } = question;
  if (rules.keys.get(type.name)?.has(name)) return keyOf(of, name, thing.identity);
  const isNeeded = coordinatesOf(type, name).some((coordinate) => rules.needed.has(coordinate));
  const inputs = inputsOf(schema, rules, question);
  // without the type, because one subgraph may know an interface as an object
  const seed = seedOf(name, thing.identity, inputs.length === 0 ? args : { ...args, inputs });
  const isSafe = roots.has(type.name) || isNeeded;
  if (!isSafe && numberOf(`${seed}fails`) % 30 === 0) throw new Error(`${type.name}.${name} fails`);
  return make(schema, rules, of, seed, !isNeeded);
}

function keyOf(of: GraphQLOutputType, name: string, identity: string): unknown {
  return getNamedType(of).name === 'Int' ? numberOf(identity) % 1000 : `${name}#${identity}`;
}

/** A field of an interface is one of its types as well, for whom knows the interface as an object. */
function coordinatesOf(type: GraphQLObjectType, name: string): string[] {
  return [type, ...type.getInterfaces()].map((parent) => `${parent.name}.${name}`);
}

/** What a field requires: as it was sent, or as a server of the whole graph resolves it, with all that this requires. */
function inputsOf(schema: GraphQLSchema, rules: Rules, { thing, type, name, of, isSubgraph }: Question): unknown[] {
  const fields = coordinatesOf(type, name).flatMap((coordinate) => rules.required.get(coordinate) ?? []);
  return fields.map((field) => {
    if (isSubgraph) return thing.sent?.[field];
    const ofField = type.getFields()[field]?.type ?? of;
    return answer(schema, rules, { thing, type, name: field, of: ofField, args: {}, isSubgraph }) ?? null;
  });
}

function seedOf(coordinate: string, identity: string, args: Record<string, unknown>): string {
  const sorted = Object.fromEntries(Object.entries(args).sort(([one], [other]) => one.localeCompare(other)));
  return hash(JSON.stringify([coordinate, identity, sorted]));
}

function make(schema: GraphQLSchema, rules: Rules, type: GraphQLOutputType, seed: string, mayBeNull: boolean): unknown {
  if (isNonNullType(type)) return make(schema, rules, type.ofType, seed, false);
  if (mayBeNull && numberOf(`${seed}null`) % 8 === 0) return null;
  if (isListType(type)) {
    const length = numberOf(`${seed}length`) % 4;
    return Array.from({ length }, (_, index) => make(schema, rules, type.ofType, hash(`${seed}${index}`), mayBeNull));
  }
  const named = getNamedType(type);
  if (isEnumType(named)) return oneOf(rules.values.get(named.name) ?? [], numberOf(seed));
  if (isScalarType(named)) return scalar(named.name, seed);
  // few identities, so that one entity is met in several places
  const identity = String(numberOf(seed) % 7);
  const __typename = isAbstractType(named) ? memberOf(rules, named.name, identity) : named.name;
  return { __typename, identity: rules.keys.has(__typename) ? identity : seed };
}

/** Which type an object of an abstract one has. */
function memberOf({ members }: Rules, abstract: string, identity: string): string {
  return oneOf(members.get(abstract) ?? [], Number(identity));
}

function oneOf(names: readonly string[], number: number): string {
  const name = names[number % names.length];
  if (name === undefined) throw new Error('Subgraphs have nothing in common.');
  return name;
}

function scalar(name: string, seed: string): unknown {
  const number = numberOf(seed) % 1000;
  if (name === 'Int') return number;
  if (name === 'Float') return number / 8;
  if (name === 'Boolean') return number % 2 === 0;
  if (name === 'ID' || name === 'String') return seed.slice(0, number % 3);
  return number % 2 === 0 ? { nested: [number, null, { __typename: 'x' }] } : `s${number}`;
}

function hash(text: string): string {
  return createHash('md5').update(text).digest('hex').slice(0, 12);
}

function numberOf(text: string): number {
  return Number.parseInt(hash(text).slice(0, 8), 16);
}
