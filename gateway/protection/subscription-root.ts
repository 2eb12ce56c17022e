import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/**
 * A subscription has its one field for certain: nothing at its root is under `@skip` or `@include`. A rule of GraphQL since September 2025
 * (5.2.4.1, Single Root Field), which graphql-js 16 does not have yet.
 */
export function unconditionalSubscriptionRoot(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation !== 'subscription') return;
      const nodes = conditionsIn(node.selectionSet, context, new Set());
      if (nodes.length === 0) return;
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
