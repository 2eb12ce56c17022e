import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  visit,
} from 'graphql';
import type { Asked } from './selections.ts';

const fields: ReadonlySet<string> = new Set(['__schema', '__type']);

/** The part of an operation that the schema answers, as an operation of its own; null when there is none. */
export function introspectionOf(operation: OperationDefinitionNode, selections: readonly Asked[]): DocumentNode | null {
  if (operation.operation !== OperationTypeNode.QUERY) return null;
  const asked = introspected(selections);
  if (asked.length === 0) return null;
  const used = new Set<string>();
  for (const field of asked) {
    visit(field, {
      Variable: ({ name }) => {
        used.add(name.value);
      },
    });
  }
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  const selectionSet = { kind: Kind.SELECTION_SET, selections: asked } as const;
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, directives: [], variableDefinitions, selectionSet }] };
}

/** With fragments written out, as they were read. */
function introspected(selections: readonly Asked[]): FieldNode[] {
  return selections.flatMap((asked) => {
    if (asked.kind === 'of-type') return introspected(asked.selections);
    if (!fields.has(asked.node.name.value)) return [];
    return [{ ...asked.node, directives: [], ...inside(asked.selections) }];
  });
}

function inside(selections: readonly Asked[] | null) {
  return selections === null ? {} : { selectionSet: { kind: Kind.SELECTION_SET, selections: selections.map(written) } as const };
}

function written(asked: Asked): SelectionNode {
  if (asked.kind === 'field') return { ...asked.node, directives: [], ...inside(asked.selections) };
  const condition =
    asked.typeName === null ? {} : { typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: asked.typeName } } as const };
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...condition,
    selectionSet: { kind: Kind.SELECTION_SET, selections: asked.selections.map(written) },
  };
}
