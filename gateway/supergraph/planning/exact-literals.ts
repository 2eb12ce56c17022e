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
export class ExactLiterals {
  readonly #document: DocumentNode;
  readonly #byText = new Map<string, StringValueNode>();
  readonly #hidden = new Map<string, ValueNode>();
  #prefix: string | undefined;
  #hasCustomScalars = false;

  /** `document` provides the strings that the client uses, so that none of them is mistaken for a hidden literal. */
  constructor(document: DocumentNode) {
    this.#document = document;
  }

  /** Whether anything was hidden. */
  isEmpty(): boolean {
    return this.#hidden.size === 0;
  }

  /** Whether any literal was seen that only a subgraph can validate. */
  hasCustomScalars(): boolean {
    return this.#hasCustomScalars;
  }

  /** A value for the planner, at a place of this type; undefined where the type is not known. */
  hide(value: ValueNode, type: GraphQLInputType | undefined): ValueNode {
    if (type === undefined || value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return value;
    if (isNonNullType(type)) return this.hide(value, type.ofType);
    if (isListType(type)) return this.#hideItems(value, type.ofType);
    if (isInputObjectType(type)) return this.#hideFields(value, type);
    return isScalarType(type) ? this.#hideScalar(value, type) : value;
  }

  /** An operation that the planner wrote, with the literals, and definitions for the variables in them. */
  restore(operation: string, definitions: readonly VariableDefinitionNode[]): { operation: string; variables: string[] } {
    const StringValue = (node: StringValueNode) => this.#hidden.get(node.value);
    const literals = visit(parse(operation, { noLocation: true }), { StringValue });
    return withDefinitions(
      literals,
      definitions.map((definition) => visit(definition, { StringValue })),
    );
  }

  #hideItems(value: ValueNode, type: GraphQLInputType): ValueNode {
    if (value.kind !== Kind.LIST) return this.hide(value, type);
    return { ...value, values: value.values.map((item) => this.hide(item, type)) };
  }

  #hideFields(value: ValueNode, type: GraphQLInputObjectType): ValueNode {
    if (value.kind !== Kind.OBJECT) return value;
    const types = type.getFields();
    return { ...value, fields: value.fields.map((field) => ({ ...field, value: this.hide(field.value, types[field.name.value]?.type) })) };
  }

  #hideScalar(value: ValueNode, type: GraphQLScalarType): ValueNode {
    if (!isSpecifiedScalarType(type)) this.#hasCustomScalars = true;
    return isChanged(value, type.name, isSpecifiedScalarType(type)) ? this.#placeholder(value) : value;
  }

  #placeholder(literal: ValueNode): StringValueNode {
    const text = print(literal);
    // equal ones are equal for the planner too
    const known = this.#byText.get(text);
    if (known) return known;
    this.#prefix ??= unusedIn(print(this.#document));
    const node: StringValueNode = { kind: Kind.STRING, value: `${this.#prefix}${this.#hidden.size}` };
    this.#byText.set(text, node);
    this.#hidden.set(node.value, literal);
    return node;
  }
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
