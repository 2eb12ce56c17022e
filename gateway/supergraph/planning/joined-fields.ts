import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** The key fields of entities in a supergraph, and the fields that subgraphs require from each other. */
export type JoinedFields = {
  /** The fields of the same object that a subgraph must be sent before it can answer a field. */
  requiredBy(subgraph: string, typeName: string, fieldName: string): readonly string[];
  /** All that any subgraph must be sent before it can answer a field of a type, as sets of selections. */
  inputsOf(typeName: string, fieldName: string): readonly SelectionSetNode[];
  /** The sets of fields by any of which a subgraph knows an entity. */
  keysOf(subgraph: string, typeName: string): readonly (readonly string[])[];
  /** Whether a subgraph is sent a field of this name as an input only: none of its entities is known by it. */
  isOnlyInput(subgraph: string, fieldName: string): boolean;
};

export function readJoinedFields(supergraphSdl: string): JoinedFields {
  const document = parse(supergraphSdl, { noLocation: true });
  const names = subgraphNames(document);
  const required = new Map<string, readonly string[]>();
  const sets = new Map<string, SelectionSetNode[]>();
  const keys = new Map<string, string[][]>();
  const keyFields = new Set<string>();
  const inputs = new Set<string>();
  const coordinate = (...parts: readonly string[]) => parts.join(' ');
  const subgraphOf = (directive: DirectiveNode) => names.get(textOf(directive, 'graph') ?? '') ?? '';

  function readField(typeName: string, { name, directives }: FieldDefinitionNode): void {
    for (const directive of named(directives, 'join__field')) {
      const set = fieldSetOf(textOf(directive, 'requires'));
      if (set === null) continue;
      const needed = rootFields(set);
      required.set(coordinate(subgraphOf(directive), typeName, name.value), needed);
      const ofField = coordinate(typeName, name.value);
      sets.set(ofField, [...(sets.get(ofField) ?? []), set]);
      for (const input of needed) inputs.add(coordinate(subgraphOf(directive), input));
    }
  }
  function readType({ name, directives, fields }: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode): void {
    for (const directive of named(directives, 'join__type')) {
      const set = fieldSetOf(textOf(directive, 'key'));
      if (set === null) continue;
      const fields = rootFields(set);
      const ofType = coordinate(subgraphOf(directive), name.value);
      keys.set(ofType, [...(keys.get(ofType) ?? []), fields]);
      for (const field of fields) keyFields.add(coordinate(subgraphOf(directive), field));
    }
    for (const field of fields ?? []) readField(name.value, field);
  }
  visit(document, { ObjectTypeDefinition: readType, InterfaceTypeDefinition: readType });

  return {
    requiredBy: (...at) => required.get(coordinate(...at)) ?? [],
    inputsOf: (...at) => sets.get(coordinate(...at)) ?? [],
    keysOf: (...at) => keys.get(coordinate(...at)) ?? [],
    isOnlyInput: (...at) => inputs.has(coordinate(...at)) && !keyFields.has(coordinate(...at)),
  };
}

/** By the names that the enum of graphs has for them. */
function subgraphNames(document: DocumentNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  visit(document, {
    EnumValueDefinition({ name, directives }) {
      for (const directive of named(directives, 'join__graph')) found.set(name.value, textOf(directive, 'name') ?? '');
    },
  });
  return found;
}

function named(directives: readonly DirectiveNode[] | undefined, name: string): readonly DirectiveNode[] {
  return (directives ?? []).filter((directive) => directive.name.value === name);
}

function textOf({ arguments: given }: DirectiveNode, name: string): string | undefined {
  const value: ArgumentNode['value'] | undefined = given?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function fieldSetOf(text: string | undefined): SelectionSetNode | null {
  const [definition] = text === undefined ? [] : parse(`{${text}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : null;
}

/** The fields at the root of a set as `@key` and `@requires` write it, of whatever type. */
function rootFields(set: SelectionSetNode): string[] {
  const found = new Set<string>();
  visit(set, {
    Field({ name }) {
      found.add(name.value);
      // what is inside of it is of another object
      return false;
    },
  });
  return [...found];
}
