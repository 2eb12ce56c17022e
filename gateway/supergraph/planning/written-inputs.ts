import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { JoinedFields } from './joined-fields.ts';
import type { Asked, AskedField } from './selections.ts';

type Writing = {
  readonly joined: JoinedFields;
  /** With what clients do not see. */
  readonly schema: GraphQLSchema;
  /** The fields whose inputs are being written. */
  readonly underWay?: ReadonlySet<string>;
};

/**
 * An operation that asks for what its fields `@require` as well, and for what that requires: a planner which is asked for it finds an order in
 * which it is there in time. They stand under their own names, which no field of the client's has that means something else, and are no part
 * of the answer.
 */
export function withInputs(selections: readonly Asked[], type: GraphQLNamedType | undefined, writing: Writing): Asked[] {
  return selections.flatMap((asked): Asked[] => {
    if (asked.kind === 'of-type') {
      const condition = ofType(asked.typeName, type, writing.schema);
      return [{ ...asked, selections: withInputs(asked.selections, condition, writing) }];
    }
    const inside = typeOf(type, asked.node.name.value);
    const own = asked.selections && withInputs(asked.selections, inside, writing);
    return [{ ...asked, selections: own }, ...inputsOf(asked, type, writing)];
  });
}

function inputsOf({ node }: AskedField, type: GraphQLNamedType | undefined, writing: Writing): Asked[] {
  const name = node.name.value;
  const { underWay = new Set(), schema, joined } = writing;
  return relatedTypes(type, schema).flatMap((related) => {
    const coordinate = `${related.name}.${name}`;
    // two subgraphs may each have a field that requires the other's
    if (underWay.has(coordinate)) return [];
    const inner = { ...writing, underWay: new Set([...underWay, coordinate]) };
    const sets = joined.inputsOf(related.name, name);
    // what an interface requires is a field of its types as well
    const isOwn = type !== undefined && (related === type || (isObjectType(type) && isInterfaceType(related)));
    const owner = isOwn ? type : related;
    const inputs = sets.flatMap((set) => withInputs(read(set), owner, inner));
    if (inputs.length === 0 || isOwn) return inputs;
    return [{ kind: 'of-type', typeName: related.name, directives: [], selections: inputs }];
  });
}

/** The types whose field it may be. */
function relatedTypes(type: GraphQLNamedType | undefined, schema: GraphQLSchema): readonly GraphQLNamedType[] {
  if (isObjectType(type)) return [type, ...type.getInterfaces()];
  if (!isInterfaceType(type)) return [];
  const { objects, interfaces } = schema.getImplementations(type);
  return [type, ...type.getInterfaces(), ...objects, ...interfaces];
}

function read({ selections }: SelectionSetNode): Asked[] {
  return selections.flatMap((node: SelectionNode): Asked[] => {
    if (node.kind === Kind.FIELD) {
      const { value: key } = node.name;
      return [
        { kind: 'field', responseKey: key, key, node, directives: [], selections: node.selectionSet ? read(node.selectionSet) : null },
      ];
    }
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    return [{ kind: 'of-type', typeName: node.typeCondition?.name.value ?? null, directives: [], selections: read(node.selectionSet) }];
  });
}

function ofType(name: string | null, parent: GraphQLNamedType | undefined, schema: GraphQLSchema): GraphQLNamedType | undefined {
  return name === null ? parent : schema.getType(name);
}

function typeOf(parent: GraphQLNamedType | undefined, name: string): GraphQLNamedType | undefined {
  const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  return field && getNamedType(field.type);
}
