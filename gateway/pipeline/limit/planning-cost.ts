import {
  type ConstDirectiveNode,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { SupergraphState } from '../../supergraph/supergraph-source.ts';
import { type Collection, collectFields, type Fragments } from './field-collection.ts';

/** The subgraphs that can answer a field, by the name of its type and its own. */
export type FieldOwners = (typeName: string, fieldName: string) => ReadonlySet<string>;

const noOwners: ReadonlySet<string> = new Set();

/** Reads from the join directives of a supergraph (Join v0.5) which subgraphs answer a field. */
export function readFieldOwners({ sdl }: Pick<SupergraphState, 'sdl'>): FieldOwners {
  const ofTypes = new Map<string, ReadonlySet<string>>();
  const ofFields = new Map<string, ReadonlySet<string>>();
  for (const type of parse(sdl, { noLocation: true }).definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    ofTypes.set(type.name.value, graphsOf(type.directives, 'join__type'));
    for (const { name, directives } of type.fields ?? []) {
      const owners = graphsOf(directives, 'join__field');
      if (owners.size > 0) ofFields.set(`${type.name.value}.${name.value}`, owners);
    }
  }
  return (typeName, fieldName) => ofFields.get(`${typeName}.${fieldName}`) ?? ofTypes.get(typeName) ?? noOwners;
}

function graphsOf(directives: readonly ConstDirectiveNode[] | undefined, directive: string): ReadonlySet<string> {
  const values = (directives ?? []).filter(({ name }) => name.value === directive).map(argumentsOf);
  return new Set(values.filter(({ external }) => external !== true).flatMap(({ graph }) => (typeof graph === 'string' ? [graph] : [])));
}

function argumentsOf({ arguments: given = [] }: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, 'value' in value ? value.value : undefined]));
}

type Place = { readonly type: string; readonly owners: ReadonlySet<string> };

/**
 * How many fetches a plan may need, by estimate: one for each subgraph that is entered at each place of the operation. Planning takes about as
 * long as there are fetches. For a document that was validated and measured.
 */
export function fetchesOf(schema: GraphQLSchema, owners: FieldOwners, operation: OperationDefinitionNode, fragments: Fragments): number {
  const collection: Collection<Place> = {
    fragments,
    narrow: (place, name) => ({ ...place, type: name ?? place.type }),
  };

  const walk = (sets: readonly { readonly set: SelectionSetNode; readonly place: Place }[]): number => {
    const entered = new Set<string>();
    let inside = 0;
    for (const group of collectFields(sets, collection).values()) {
      const inner = group.flatMap(({ node, place }) => {
        const here = reach(place, owners(place.type, node.name.value), entered);
        const type = typeOf(schema, place.type, node.name.value);
        return node.selectionSet && type !== undefined ? [{ set: node.selectionSet, place: { type, owners: here } }] : [];
      });
      if (inner.length > 0) inside += walk(inner);
    }
    return entered.size + inside;
  };

  const root = schema.getRootType(operation.operation);
  return root ? walk([{ set: operation.selectionSet, place: { type: root.name, owners: noOwners } }]) : 0;
}

/** Who can go on with a field of this place: one of those who got there, or others, who are then entered. */
function reach(place: Place, owners: ReadonlySet<string>, entered: Set<string>): ReadonlySet<string> {
  if (owners.size === 0) return place.owners;
  const shared = new Set([...owners].filter((owner) => place.owners.has(owner)));
  if (shared.size > 0) return shared;
  entered.add([...owners].sort().join());
  return owners;
}

function typeOf(schema: GraphQLSchema, parent: string, field: string): string | undefined {
  const type = schema.getType(parent);
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  const inner = getNamedType(type.getFields()[field]?.type);
  return isCompositeType(inner) ? inner.name : undefined;
}
