import {
  type ASTVisitor,
  GraphQLError,
  getEnterLeaveForKind,
  Kind,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  type ValidationContext,
} from 'graphql';

/**
 * A subscription has one field, and has it for certain: nothing at its root is under `@skip` or `@include`. A rule of GraphQL since September 2025
 * (5.2.4.1, Single Root Field). The rule of graphql-js 16 that it stands in for counts the fields and throws where a condition is a variable.
 */
export function subscriptionRootRule(context: ValidationContext): ASTVisitor {
  const visitSingle = getEnterLeaveForKind(SingleFieldSubscriptionsRule(context), Kind.OPERATION_DEFINITION).enter;
  return {
    OperationDefinition(node, ...place) {
      if (node.operation !== 'subscription') return;
      const nodes = conditionsIn(node.selectionSet, context, new Set());
      if (nodes.length === 0) {
        visitSingle?.(node, ...place);
        return;
      }
      const message = 'A subscription is to one thing for certain: its field is not put under @skip or @include.';
      context.reportError(new GraphQLError(message, { nodes }));
    },
  };
}

function conditionsIn({ selections }: SelectionSetNode, context: ValidationContext, seen: Set<string>) {
  return selections.flatMap((selection): NonNullable<typeof selection.directives>[number][] => {
    const own = (selection.directives ?? []).filter(({ name }) => name.value === 'skip' || name.value === 'include');
    if (selection.kind === Kind.FIELD) return own;
    if (selection.kind === Kind.INLINE_FRAGMENT) return [...own, ...conditionsIn(selection.selectionSet, context, seen)];
    const name = selection.name.value;
    const fragment = seen.has(name) ? undefined : context.getFragment(name);
    seen.add(name);
    return fragment ? [...own, ...conditionsIn(fragment.selectionSet, context, seen)] : own;
  });
}
