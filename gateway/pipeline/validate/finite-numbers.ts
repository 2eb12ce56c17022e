import { GraphQLError, getNamedType, specifiedScalarTypes, type ValidationRule, type ValueNode } from 'graphql';

/**
 * Numbers in a document that no number of JavaScript or JSON can be: 1e400. graphql-js takes them for infinite, and what is infinite cannot
 * be sent on. One for a scalar of the graph's own is that scalar's affair, for which it stays as it is written.
 */
export const FiniteNumbersRule: ValidationRule = (context) => {
  const check = (node: ValueNode & { readonly value: string }) => {
    const type = getNamedType(context.getInputType());
    const isOwn = type !== undefined && !specifiedScalarTypes.some(({ name }) => name === type.name);
    if (isOwn || Number.isFinite(Number(node.value))) return;
    context.reportError(new GraphQLError(`This number is too large: ${node.value.slice(0, 40)}`, { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};
