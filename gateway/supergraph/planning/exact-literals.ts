import {
  type DocumentNode,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type StringValueNode,
  stripIgnoredCharacters,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';

/**
 * Literals that the planner would write differently: it reads numbers as doubles, and enum values of scalars as strings. It sees a string
 * in their place, and what it writes gets them back.
 */
export type ExactLiterals = {
  /** A value for the planner, at a place of this type; undefined where the type is not known. */
  hide(value: ValueNode, type: GraphQLInputType | undefined): ValueNode;
  /** Whether anything was hidden. */
  isEmpty(): boolean;
  /** Whether any literal was seen that only a subgraph can validate. */
  hasCustomScalars(): boolean;
  /** An operation that the planner wrote, with the literals, and definitions for the variables in them. */
  restore(operation: string, definitions: readonly VariableDefinitionNode[]): { operation: string; variables: string[] };
};

/** `document` provides the strings that the client uses, so that none of them is mistaken for a hidden literal. */
export function createExactLiterals(document: DocumentNode): ExactLiterals {
  const byText = new Map<string, StringValueNode>();
  const hidden = new Map<string, ValueNode>();
  let prefix: string | undefined;
  let hasCustomScalars = false;

  function placeholder(literal: ValueNode): StringValueNode {
    const text = print(literal);
    // equal ones are equal for the planner too
    const known = byText.get(text);
    if (known) return known;
    prefix ??= unusedIn(print(document));
    const node: StringValueNode = { kind: Kind.STRING, value: `${prefix}${hidden.size}` };
    byText.set(text, node);
    hidden.set(node.value, literal);
    return node;
  }

  function hide(value: ValueNode, type: GraphQLInputType | undefined): ValueNode {
    if (type === undefined || value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return value;
    if (isNonNullType(type)) return hide(value, type.ofType);
    if (isListType(type)) return hideItems(value, type.ofType);
    if (isInputObjectType(type)) return hideFields(value, type);
    return isScalarType(type) ? hideScalar(value, type) : value;
  }

  function hideScalar(value: ValueNode, type: GraphQLScalarType): ValueNode {
    if (!isSpecifiedScalarType(type)) hasCustomScalars = true;
    return isChanged(value, type.name, isSpecifiedScalarType(type)) ? placeholder(value) : value;
  }

  function hideItems(value: ValueNode, type: GraphQLInputType): ValueNode {
    if (value.kind !== Kind.LIST) return hide(value, type);
    return { ...value, values: value.values.map((item) => hide(item, type)) };
  }

  function hideFields(value: ValueNode, type: GraphQLInputObjectType): ValueNode {
    if (value.kind !== Kind.OBJECT) return value;
    const types = type.getFields();
    return { ...value, fields: value.fields.map((field) => ({ ...field, value: hide(field.value, types[field.name.value]?.type) })) };
  }

  const restored = (node: StringValueNode) => hidden.get(node.value);

  return {
    hide,
    isEmpty: () => hidden.size === 0,
    hasCustomScalars: () => hasCustomScalars,
    restore(text, definitions) {
      const literals = visit(parse(text, { noLocation: true }), { StringValue: restored });
      return withDefinitions(
        literals,
        definitions.map((definition) => visit(definition, { StringValue: restored })),
      );
    },
  };
}

/** Whether the planner would write a literal of a scalar in another way than the client did. */
function isChanged(value: ValueNode, typeName: string, isSpecified: boolean): boolean {
  // it writes an ID of digits as an integer, which others cannot read when it is long
  if (isSpecified) return typeName === 'ID' && value.kind === Kind.STRING && /^-?\d{16,}$/.test(value.value);
  if (value.kind === Kind.STRING || value.kind === Kind.BOOLEAN) return false;
  return value.kind !== Kind.INT || String(Number(value.value)) !== value.value;
}

function unusedIn(text: string): string {
  let prefix = 'literal:';
  while (text.includes(prefix)) prefix = `.${prefix}`;
  return prefix;
}

function withDefinitions(document: DocumentNode, definitions: readonly VariableDefinitionNode[]) {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  const complete = visit(document, {
    OperationDefinition(node): OperationDefinitionNode {
      const there = node.variableDefinitions ?? [];
      const isThere = (name: string) => there.some(({ variable }) => variable.name.value === name);
      const missing = definitions.filter(({ variable: { name } }) => used.has(name.value) && !isThere(name.value));
      return { ...node, variableDefinitions: [...there, ...missing] };
    },
  });
  return { operation: stripIgnoredCharacters(print(complete)), variables: [...used].filter((name) => name !== 'representations') };
}
