import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';
import type { Finding } from './finding.ts';
import type { ParsedSubgraph } from './graph.ts';
import { fieldsOfKey, isNamed } from './lint-rules-names.ts';

type Entity = { readonly subgraph: ParsedSubgraph; readonly type: ObjectTypeDefinitionNode };

/**
 * The rules that only all subgraphs together can show. The subgraph that describes an entity owns it; what another subgraph adds to it, and
 * what points to it from another subgraph, may be null: when that subgraph does not answer, the null must not take its surroundings along.
 */
export function rulesAcross(subgraphs: readonly ParsedSubgraph[]): Finding[] {
  const types = subgraphs.flatMap((subgraph) =>
    subgraph.document.definitions.flatMap((type) => (type.kind === Kind.OBJECT_TYPE_DEFINITION ? [{ subgraph, type }] : [])),
  );
  const entities = types.filter(({ type }) => type.directives?.some(isNamed('key')));
  const names = new Set(entities.map(({ type }) => type.name.value));
  const owners = new Map([...names].map((name) => [name, entities.filter(({ type }) => type.name.value === name && type.description)]));
  return [...owners]
    .flatMap(([name, found]) => checkOwners(name, found, entities))
    .concat(types.flatMap((entity) => checkFields(entity, owners)));
}

function checkOwners(name: string, [owner, second]: readonly Entity[], entities: readonly Entity[]): Finding[] {
  const anywhere = owner ?? entities.find(({ type }) => type.name.value === name);
  if (!anywhere) return [];
  if (!owner) return [finding(anywhere, `${name} is an entity that no subgraph describes. Only the subgraph that owns it describes it.`)];
  return second
    ? [finding(second, `${name} is described by ${owner.subgraph.name} already, which owns it. Leave the description to it.`)]
    : [];
}

function checkFields(entity: Entity, owners: ReadonlyMap<string, readonly Entity[]>): Finding[] {
  const owns = (name: string) => owners.get(name)?.some(({ subgraph }) => subgraph === entity.subgraph) ?? true;
  const typeName = entity.type.name.value;
  return (entity.type.fields ?? []).flatMap((field) => {
    const coordinate = `${typeName}.${field.name.value}`;
    if (!owns(typeName) && isAdded(entity.type, field) && field.type.kind === Kind.NON_NULL_TYPE)
      return [
        finding(
          entity,
          `${coordinate} must be nullable: ${typeName} belongs to another subgraph, and is lost with this field when ${entity.subgraph.name} is away.`,
          field,
        ),
      ];
    const target = innermost(field.type);
    return target.isNonNull && !owns(target.name)
      ? [
          finding(
            entity,
            `${coordinate} must be nullable: its ${target.name} comes from another subgraph, and ${typeName} is lost with it when that is away.`,
            field,
          ),
        ]
      : [];
  });
}

/** Whether a subgraph adds the field to an entity, rather than repeating what the owner has as well. */
function isAdded(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): boolean {
  const inKey = type.directives?.filter(isNamed('key')).some((key) => fieldsOfKey(key).includes(field.name.value));
  return !inKey && !field.directives?.some(isNamed('shareable', 'external'));
}

function innermost(type: TypeNode): { name: string; isNonNull: boolean } {
  if (type.kind === Kind.LIST_TYPE) return innermost(type.type);
  if (type.kind === Kind.NAMED_TYPE) return { name: type.name.value, isNonNull: false };
  const inner = innermost(type.type);
  return type.type.kind === Kind.NAMED_TYPE ? { ...inner, isNonNull: true } : inner;
}

function finding({ subgraph, type }: Entity, message: string, field?: FieldDefinitionNode): Finding {
  return { subgraph: subgraph.name, line: (field ?? type).name.loc?.startToken.line ?? 0, message };
}
