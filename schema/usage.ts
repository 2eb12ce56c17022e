import {
  type ASTNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isUnionType,
  Kind,
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

export function usageOf({ document, text }: RegisteredOperation, schema: GraphQLSchema): Usage {
  const usage = new Map<string, number>();
  const types = new TypeInfo(schema);
  const neverSent = new Set([...text.matchAll(promise)].map((match) => match[1]));
  const touch = (coordinate: string | undefined, node: ASTNode) => {
    if (coordinate !== undefined && !usage.has(coordinate)) usage.set(coordinate, node.loc?.startToken.line ?? 1);
  };
  const touchInput = (type: GraphQLNamedType, node: ASTNode, seen = new Set<string>()) => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    touch(type.name, node);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      if (neverSent.has(coordinate)) continue;
      touch(coordinate, node);
      touchInput(getNamedType(field.type), node, seen);
    }
  };
  const touchFragment = (member: string, node: ASTNode) => {
    touch(member, node);
    const parent = types.getParentType();
    if (isUnionType(parent)) touch(`${parent.name}.${member}`, node);
  };
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.typeCondition.name.value] as const] : [],
    ),
  );
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType();
        if (!parent) return;
        touch(parent.name, node);
        touch(`${parent.name}.${node.name.value}`, node);
        if (isInterfaceType(parent)) for (const type of schema.getPossibleTypes(parent)) touch(`${type.name}.${node.name.value}`, node);
        touch(getNamedType(types.getType())?.name, node);
      },
      Argument(node) {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent && field) touch(`${parent.name}.${field.name}.${node.name.value}`, node);
      },
      ObjectField(node) {
        const input = getNamedType(types.getParentInputType());
        if (input) touch(`${input.name}.${node.name.value}`, node);
      },
      ObjectValue(node) {
        touch(getNamedType(types.getInputType())?.name, node);
      },
      EnumValue(node) {
        const type = getNamedType(types.getInputType());
        if (isEnumType(type)) touch(`${type.name}.${node.value}`, node);
      },
      VariableDefinition(node) {
        const type = getNamedType(typeFromAST(schema, node.type));
        if (type) touchInput(type, node);
      },
      InlineFragment(node) {
        if (node.typeCondition) touch(node.typeCondition.name.value, node);
      },
      SelectionSet(node) {
        const parent = types.getParentType();
        if (!isUnionType(parent)) return;
        for (const selection of node.selections) {
          if (selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition)
            touchFragment(selection.typeCondition.name.value, selection);
          if (selection.kind === Kind.FRAGMENT_SPREAD) touchFragment(fragments.get(selection.name.value) ?? '', selection);
        }
      },
      FragmentDefinition(node) {
        touch(node.typeCondition.name.value, node);
      },
    }),
  );
  return usage;
}
