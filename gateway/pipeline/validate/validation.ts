import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getEnterLeaveForKind,
  getNamedType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  specifiedScalarTypes,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
  validate,
} from 'graphql';

/**
 * Numbers in a document that no number of JavaScript or JSON can be: 1e400. graphql-js takes them for infinite, and what is infinite cannot
 * be sent on. One for a scalar of the graph's own is that scalar's affair, for which it stays as it is written; so is one inside an object or list
 * for it, where there is no type at all. A place without a type that is no such one is a mistake by another rule.
 */
const FiniteNumbersRule: ValidationRule = (context) => {
  const check = (node: ValueNode & { readonly value: string }) => {
    const type = getNamedType(context.getInputType());
    const isGraphQLs = type !== undefined && specifiedScalarTypes.some(({ name }) => name === type.name);
    if (!isGraphQLs || Number.isFinite(Number(node.value))) return;
    context.reportError(new GraphQLError(`This number is too large: ${node.value.slice(0, 40)}`, { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

/** An operation is of a kind that the graph has. A rule of GraphQL since September 2025 (5.2.1.1, Operation Type Existence), which graphql-js 16 lacks. */
const OperationTypesRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    const kind = { query: 'queries', mutation: 'mutations', subscription: 'subscriptions' }[node.operation];
    context.reportError(new GraphQLError(`This graph has no ${kind}.`, { nodes: node }));
  },
});

const maxErrors = 20;
const rules = [
  ...specifiedRules.map((rule) => (rule === SingleFieldSubscriptionsRule ? subscriptionRootRule : rule)),
  FiniteNumbersRule,
  OperationTypesRule,
];
const rulesWithoutIntrospection = [...rules, NoSchemaIntrospectionCustomRule];

/** What a mistake is, and at which characters of the text. */
export type Mistake = { readonly message: string; readonly positions: readonly number[] };

/** The validation errors of a document; without suggestions where introspection is disabled, as they would reveal the schema. */
export function findMistakes(schema: GraphQLSchema, document: DocumentNode, introspection: boolean): Mistake[] {
  return validate(schema, document, introspection ? rules : rulesWithoutIntrospection, { maxErrors }).map((error) => ({
    message: introspection ? error.message : withoutSuggestion(error),
    positions: error.positions ?? [],
  }));
}

const withoutSuggestion = ({ message }: GraphQLError): string => message.replace(/ ?Did you mean .+\?$/, '');

/**
 * A subscription has one field, and has it for certain: nothing at its root is under `@skip` or `@include`. A rule of GraphQL since September 2025
 * (5.2.4.1, Single Root Field). The rule of graphql-js 16 that it stands in for counts the fields and throws where a condition is a variable.
 */
function subscriptionRootRule(context: ValidationContext): ASTVisitor {
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
