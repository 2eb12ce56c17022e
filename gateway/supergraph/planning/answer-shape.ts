import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
} from 'graphql';
import type { Asked, AskedField } from './selections.ts';

/** A field of an object of one type, as the client is answered. */
export type AnswerField = {
  readonly responseKey: string;
  /** Where it is in the object that subgraphs answered. */
  readonly key: string;
  readonly name: string;
  /** Null for `__typename`, `__schema` and `__type`. */
  readonly type: GraphQLOutputType | null;
  /** Null for leaves. */
  readonly shape: AnswerShape | null;
};

/** What is asked of the objects at one place of an answer. */
export type AnswerShape = {
  /** In the order of the answer. An interface stands for an object whose concrete type is not needed. */
  fieldsOf(type: GraphQLObjectType | GraphQLInterfaceType): readonly AnswerField[];
};

/** Collects fields as GraphQL (6.3.2, CollectFields) does for each type of object, and remembers them. */
export function createAnswerShape(schema: GraphQLSchema, selections: readonly Asked[]): AnswerShape {
  const known = new Map<string, readonly AnswerField[]>();
  return {
    fieldsOf(type) {
      const before = known.get(type.name);
      if (before) return before;
      const fields = [...collect(schema, type, selections, new Map())].map(([key, same]) => fieldOf(schema, type, key, same));
      known.set(type.name, fields);
      return fields;
    },
  };
}

type Collected = Map<string, AskedField[]>;
type Parent = GraphQLObjectType | GraphQLInterfaceType;

function collect(schema: GraphQLSchema, type: Parent, selections: readonly Asked[], found: Collected): Collected {
  for (const asked of selections) {
    if (asked.kind === 'of-type') {
      if (appliesTo(schema, type, asked.typeName)) collect(schema, type, asked.selections, found);
      continue;
    }
    const same = found.get(asked.responseKey);
    if (same) same.push(asked);
    else found.set(asked.responseKey, [asked]);
  }
  return found;
}

function appliesTo(schema: GraphQLSchema, type: Parent, typeName: string | null): boolean {
  if (typeName === null || typeName === type.name) return true;
  const condition = schema.getType(typeName);
  return isAbstractType(condition) && schema.isSubType(condition, type);
}

function fieldOf(schema: GraphQLSchema, parent: Parent, responseKey: string, same: readonly AskedField[]): AnswerField {
  const [first] = same;
  if (first === undefined) throw new Error('A field was collected from nothing.');
  const name = first.node.name.value;
  const type = name.startsWith('__') ? null : typeOf(parent, name);
  const isComposite = type !== null && isCompositeType(getNamedType(type));
  const shape = isComposite
    ? createAnswerShape(
        schema,
        same.flatMap(({ selections }) => selections ?? []),
      )
    : null;
  return { responseKey, key: first.key, name, type, shape };
}

function typeOf(parent: Parent, name: string): GraphQLOutputType {
  const field = parent.getFields()[name];
  if (field === undefined) throw new Error(`The type "${parent.name}" has no field "${name}", though the document is valid.`);
  return field.type;
}
