import {
  type ASTNode,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isUnionType,
  Kind,
  type SelectionNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { RegisteredOperation } from './operations.ts';

/**
 * What an operation touches in this schema, with the first line that does: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE` for
 * one that is written down, `Input.field`, `Union.Member`. A variable may hold whatever its type allows, so that it touches all of it.
 */
export type Usage = ReadonlyMap<string, number>;

/** A client can promise in the comment of its operation to leave out a field of an input: `# Never sends AddToCartInput.cartId`. */
const promise = /^#.*\bnever sends (\w+\.\w+)/gim;

export function usageOf(operation: RegisteredOperation, schema: GraphQLSchema): Usage {
  return new UsageReader(operation, schema).read();
}

class UsageReader {
  readonly #document: DocumentNode;
  readonly #schema: GraphQLSchema;
  readonly #types: TypeInfo;
  readonly #neverSent: ReadonlySet<string | undefined>;
  /** The type of each fragment, by name. */
  readonly #fragments: ReadonlyMap<string, string>;
  readonly #usage = new Map<string, number>();

  constructor({ document, text }: RegisteredOperation, schema: GraphQLSchema) {
    this.#document = document;
    this.#schema = schema;
    this.#types = new TypeInfo(schema);
    this.#neverSent = new Set([...text.matchAll(promise)].map((match) => match[1]));
    this.#fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.typeCondition.name.value] as const] : [],
      ),
    );
  }

  read(): Usage {
    visit(this.#document, visitWithTypeInfo(this.#types, { ...this.#selections(), ...this.#inputs() }));
    return this.#usage;
  }

  #selections(): ASTVisitor {
    const types = this.#types;
    return {
      Field: (node) => {
        const parent = types.getParentType();
        if (!parent) return;
        const name = node.name.value;
        this.#touch(parent.name, node);
        this.#touch(`${parent.name}.${name}`, node);
        if (isInterfaceType(parent)) for (const type of this.#schema.getPossibleTypes(parent)) this.#touch(`${type.name}.${name}`, node);
        this.#touch(getNamedType(types.getType())?.name, node);
      },
      InlineFragment: (node) => {
        if (node.typeCondition) this.#touch(node.typeCondition.name.value, node);
      },
      SelectionSet: (node) => {
        const parent = types.getParentType();
        if (isUnionType(parent)) for (const selection of node.selections) this.#touchMember(selection);
      },
      FragmentDefinition: (node) => this.#touch(node.typeCondition.name.value, node),
    };
  }

  #inputs(): ASTVisitor {
    const types = this.#types;
    return {
      Argument: (node) => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent && field) this.#touch(`${parent.name}.${field.name}.${node.name.value}`, node);
      },
      ObjectField: (node) => {
        const input = getNamedType(types.getParentInputType());
        if (input) this.#touch(`${input.name}.${node.name.value}`, node);
      },
      ObjectValue: (node) => this.#touch(getNamedType(types.getInputType())?.name, node),
      EnumValue: (node) => {
        const type = getNamedType(types.getInputType());
        if (isEnumType(type)) this.#touch(`${type.name}.${node.value}`, node);
      },
      VariableDefinition: (node) => {
        const type = getNamedType(typeFromAST(this.#schema, node.type));
        if (type) this.#touchInput(type, node);
      },
    };
  }

  #touch(coordinate: string | undefined, node: ASTNode): void {
    if (coordinate !== undefined && !this.#usage.has(coordinate)) this.#usage.set(coordinate, node.loc?.startToken.line ?? 1);
  }

  #touchInput(type: GraphQLNamedType, node: ASTNode, seen = new Set<string>()): void {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    this.#touch(type.name, node);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (this.#neverSent.has(coordinate)) continue;
      this.#touch(coordinate, node);
      this.#touchInput(getNamedType(field.type), node, seen);
    }
  }

  /** A member of the union that is selected from. */
  #touchMember(selection: SelectionNode): void {
    if (selection.kind === Kind.FIELD) return;
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const member = isSpread ? (this.#fragments.get(selection.name.value) ?? '') : selection.typeCondition?.name.value;
    if (member === undefined) return;
    this.#touch(member, selection);
    const parent = this.#types.getParentType();
    if (isUnionType(parent)) this.#touch(`${parent.name}.${member}`, selection);
  }
}
