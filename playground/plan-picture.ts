import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { FetchTree, PlanTree } from '../gateway/supergraph/plans/plan-tree.ts';

/** One fetch as a box; the measures are those of the picture's own units. */
export type PlanBox = {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly fetch: FetchTree;
  /** What it brings, in a few words. */
  readonly what: string;
  /** For which objects of the answer; empty for the root. */
  readonly path: string;
  /** On which variable it depends; empty when on none. */
  readonly condition: string;
};
export type PlanLine = {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
};
export type PlanPicture = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlanBox[];
  readonly lines: readonly PlanLine[];
};

export const boxSize = { width: 196, height: 74 } as const;
export const gatewaySize = { width: 96, height: 44 } as const;
const gap = { x: 44, y: 14 } as const;
const margin = 16;

type Around = { readonly path: string; readonly condition: string };
type Placed = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlanBox[];
  readonly lines: readonly PlanLine[];
  readonly first: readonly PlanBox[];
  readonly last: readonly PlanBox[];
};

const nothing: Placed = { width: 0, height: 0, boxes: [], lines: [], first: [], last: [] };

/** The gateway at the left, then the fetches: what waits for something stands to the right of it, what runs at once is stacked. */
export function drawPlan(tree: PlanTree): PlanPicture {
  const fetches: FetchTree[] = [];
  const place = (node: PlanTree, around: Around): Placed => {
    switch (node.kind) {
      case 'fetch':
        return boxOf(node, around, fetches.push(node));
      case 'flatten':
        return inSequence(
          node.nodes.map((child) => place(child, { ...around, path: [around.path, ...node.path].filter(Boolean).join('.') })),
        );
      case 'condition':
        return inSequence(node.nodes.map((child) => place(child, { ...around, condition: node.condition })));
      case 'parallel':
        return stacked(node.nodes.map((child) => place(child, around)));
      default:
        return inSequence(node.nodes.map((child) => place(child, around)));
    }
  };

  const placed = place(tree, { path: '', condition: '' });
  const height = Math.max(placed.height, gatewaySize.height);
  const moved = move(placed, margin + gatewaySize.width + gap.x, margin + (height - placed.height) / 2);
  const gateway = { x: margin + gatewaySize.width, y: margin + height / 2 };
  return {
    width: margin * 2 + gatewaySize.width + gap.x + placed.width,
    height: margin * 2 + height,
    boxes: moved.boxes,
    lines: [...moved.first.map((box) => ({ from: gateway, to: leftOf(box) })), ...moved.lines],
  };
}

function boxOf(fetch: FetchTree, { path, condition }: Around, id: number): Placed {
  const box = { id, x: 0, y: 0, fetch, what: whatIsFetched(fetch.operation), path, condition };
  return { ...boxSize, boxes: [box], lines: [], first: [box], last: [box] };
}

function inSequence(parts: readonly Placed[]): Placed {
  const height = Math.max(0, ...parts.map((part) => part.height));
  return parts.reduce((before, part) => {
    const start = before.width === 0 ? 0 : before.width + gap.x;
    const next = move(part, start, (height - part.height) / 2);
    const between = before.last.flatMap((from) => next.first.map((to) => ({ from: rightOf(from), to: leftOf(to) })));
    return {
      width: start + part.width,
      height,
      boxes: [...before.boxes, ...next.boxes],
      lines: [...before.lines, ...between, ...next.lines],
      first: before.width === 0 ? next.first : before.first,
      last: next.last,
    };
  }, nothing);
}

function stacked(parts: readonly Placed[]): Placed {
  return parts.reduce((above, part) => {
    const start = above.height === 0 ? 0 : above.height + gap.y;
    const next = move(part, 0, start);
    return {
      width: Math.max(above.width, part.width),
      height: start + part.height,
      boxes: [...above.boxes, ...next.boxes],
      lines: [...above.lines, ...next.lines],
      first: [...above.first, ...next.first],
      last: [...above.last, ...next.last],
    };
  }, nothing);
}

function move(part: Placed, x: number, y: number): Placed {
  const point = (at: PlanLine['from']) => ({ x: at.x + x, y: at.y + y });
  const boxes = part.boxes.map((box) => ({ ...box, ...point(box) }));
  const moved = (box: PlanBox) => boxes.find(({ id }) => id === box.id) ?? box;
  return {
    ...part,
    boxes,
    lines: part.lines.map(({ from, to }) => ({ from: point(from), to: point(to) })),
    first: part.first.map(moved),
    last: part.last.map(moved),
  };
}

const leftOf = (box: PlanBox) => ({ x: box.x, y: box.y + boxSize.height / 2 });
const rightOf = (box: PlanBox) => ({ x: box.x + boxSize.width, y: box.y + boxSize.height / 2 });

/** The fields at the root of an operation of the planner; for entities the type and what of it. */
export function whatIsFetched(operation: string): string {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return '';
  const roots = fieldsOf(definition.selectionSet);
  const entities = roots.find(({ name }) => name.value === '_entities');
  if (entities?.selectionSet === undefined) return roots.map(nameOf).join(', ');
  return entities.selectionSet.selections
    .flatMap((selection) =>
      selection.kind === Kind.INLINE_FRAGMENT
        ? [`${selection.typeCondition?.name.value ?? ''}: ${fieldsOf(selection.selectionSet).map(nameOf).filter(isTold).join(', ')}`]
        : [],
    )
    .join(' · ');
}

const isTold = (name: string) => name !== '__typename';
const nameOf = ({ name }: FieldNode) => name.value;

function fieldsOf({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection] : selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [],
  );
}
