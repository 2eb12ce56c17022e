import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';

/** A house rule that an SDL breaks: where, and why the rule exists. */
export type Finding = { readonly subgraph: string; readonly line: number; readonly message: string };

type Described = { readonly name: NameNode; readonly description?: StringValueNode | undefined };

type Refuse = (node: { readonly loc?: { readonly startToken: { readonly line: number } } | undefined }, message: string) => void;

/** The rules of our graph that composition does not know. Each finding says what to do. */
export function houseRules(subgraph: string, document: DocumentNode): Finding[] {
  const findings: Finding[] = [];
  const refuse: Refuse = (node, message) => findings.push({ subgraph, line: node.loc?.startToken.line ?? 0, message });
  for (const definition of document.definitions) {
    checkDescription(definition, refuse);
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) checkObject(definition, document, refuse);
  }
  return findings;
}

function checkDescription(definition: DefinitionNode, refuse: Refuse): void {
  if (!needsDescription(definition) || !('name' in definition && definition.name)) return;
  if ('description' in definition && definition.description) return;
  refuse(definition, `${definition.name.value} has no description. Clients read the schema, not our code.`);
}

function checkObject(type: ObjectTypeDefinitionNode, document: DocumentNode, refuse: Refuse): void {
  const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name.value);
  for (const field of type.fields ?? []) {
    if (isRoot && !field.description) {
      refuse(field, `${type.name.value}.${field.name.value} has no description. It is a door to the shop: say what is behind it.`);
    }
    if (type.name.value === 'Mutation') checkMutation(field, document, (message) => refuse(field, message));
    checkMoney(type, field, (message) => refuse(field, message));
  }
}

/** Roots, stubs of other subgraphs and the plain success types speak for themselves. */
function needsDescription(definition: DefinitionNode): boolean {
  if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_DEFINITION) return false;
  if (
    definition.kind === Kind.ENUM_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.SCALAR_TYPE_DEFINITION
  )
    return true;
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return false;
  const { value: name } = definition.name;
  return !(
    ['Query', 'Mutation', 'Subscription'].includes(name) ||
    name.endsWith('Success') ||
    definition.directives?.some((directive) => directive.name.value === 'key')
  );
}

function checkMutation(field: FieldDefinitionNode, document: DocumentNode, refuse: (message: string) => void): void {
  const name = field.name.value;
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const [input, ...others] = field.arguments ?? [];
  if (input?.name.value !== 'input' || others.length > 0)
    refuse(`${name} must take exactly one argument, "input", so that arguments can be added without breaking a client.`);
  if (printed(field.type) !== `${typeName}Result!`)
    refuse(`${name} must return ${typeName}Result!, a union of its success and its refusals.`);
  const union = document.definitions.find(
    (definition) => definition.kind === Kind.UNION_TYPE_DEFINITION && definition.name.value === `${typeName}Result`,
  );
  const members = union?.kind === Kind.UNION_TYPE_DEFINITION ? (union.types ?? []).map((type) => type.name.value) : [];
  if (members[0] !== `${typeName}Success`) refuse(`${typeName}Result must begin with ${typeName}Success.`);
  for (const member of members.slice(1)) {
    if (!implementsUserError(member, document))
      refuse(`${member} must implement UserError, so that a client can show a refusal it does not know yet.`);
  }
}

function implementsUserError(name: string, document: DocumentNode): boolean {
  const type = document.definitions.find(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === name,
  );
  return type?.interfaces?.some((implemented) => implemented.name.value === 'UserError') ?? false;
}

const moneyNames = /(price|total|amount|cost|fee)$/i;

function checkMoney(type: Described, field: FieldDefinitionNode, refuse: (message: string) => void): void {
  const named = printed(field.type).replaceAll(/[[\]!]/g, '');
  if (named === 'Float')
    refuse(`${type.name.value}.${field.name.value} is a Float. Money is Money, counts are Int; nothing else of a shop is fractional.`);
  if (type.name.value !== 'Money' && moneyNames.test(field.name.value) && named !== 'Money') {
    refuse(`${type.name.value}.${field.name.value} must be Money: an amount without its currency is not an amount.`);
  }
}

function printed(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printed(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${printed(type.type)}]` : type.name.value;
}
