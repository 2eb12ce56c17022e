import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { isRawNumber, type RawNumber } from '#platform/exact-json.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Variables in which only scalars of the graph's own keep numbers that a double cannot hold, since only subgraphs know what those are. GraphQL
 * returns their value elsewhere: the digits of an ID, and a double.
 */
export function withExactNumbers(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Variables): Variables {
  if (!holdsRawNumber(given)) return given;
  const types = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, type }) => [variable.name.value, typeFromAST(schema, type)] as const),
  );
  return withValues(given, (name, value) => {
    const type = types.get(name);
    return isInputType(type) ? exactValue(value, type) : value;
  });
}

function holdsRawNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isRawNumber(value) || Object.values(value).some(holdsRawNumber);
}

function exactValue(value: unknown, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return exactValue(value, type.ofType);
  if (isListType(type)) return Array.isArray(value) ? value.map((item) => exactValue(item, type.ofType)) : exactValue(value, type.ofType);
  if (isRawNumber(value)) return isScalarType(type) && !isSpecifiedScalarType(type) ? value : plainNumber(value, type.name);
  return isInputObjectType(type) && isRecord(value) ? exactFields(value, type) : value;
}

function plainNumber({ rawJSON }: RawNumber, typeName: string): unknown {
  return typeName === 'ID' && /^-?\d+$/.test(rawJSON) ? rawJSON : Number(rawJSON);
}

function exactFields(value: Variables, type: GraphQLInputObjectType): unknown {
  const fields = type.getFields();
  return withValues(value, (name, inside) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return field ? exactValue(inside, field.type) : inside;
  });
}

function isRecord(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withValues(record: Variables, change: (name: string, value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}
