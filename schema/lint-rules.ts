import { type DocumentNode, type FieldDefinitionNode, Kind, type NameNode, type ObjectTypeDefinitionNode, type TypeNode } from 'graphql';
import type { Finding, Reject } from './finding.ts';
import { checkDeprecations, checkDescriptions } from './lint-rules-names.ts';

/** The rules of our graph that composition does not know, as far as one subgraph shows. Each finding has an instruction. */
export function lintRules(subgraph: string, document: DocumentNode): Finding[] {
  const findings: Finding[] = [];
  const reject: Reject = (node, message) => findings.push({ subgraph, line: node.loc?.startToken.line ?? 0, message });
  checkDescriptions(document, reject);
  checkDeprecations(document, reject);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) checkObject(definition, document, reject);
  }
  return findings;
}

function checkObject(type: ObjectTypeDefinitionNode, document: DocumentNode, reject: Reject): void {
  for (const field of type.fields ?? []) {
    if (type.name.value === 'Mutation') checkMutation(field, document, (message) => reject(field.name, message));
    checkMoney(type, field, (message) => reject(field.name, message));
    checkConnection(type, field, document, (message) => reject(field.name, message));
  }
}

function checkMutation(field: FieldDefinitionNode, document: DocumentNode, reject: (message: string) => void): void {
  const name = field.name.value;
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const [input, ...others] = field.arguments ?? [];
  if (input?.name.value !== 'input' || others.length > 0)
    reject(`${name} must take exactly one argument, "input", so that arguments can be added without breaking a client.`);
  if (printType(field.type) !== `${typeName}Result!`)
    reject(`${name} must return ${typeName}Result!, a union of its success and its rejections.`);
  const union = document.definitions.find(
    (definition) => definition.kind === Kind.UNION_TYPE_DEFINITION && definition.name.value === `${typeName}Result`,
  );
  const members = union?.kind === Kind.UNION_TYPE_DEFINITION ? (union.types ?? []).map((type) => type.name.value) : [];
  if (members[0] !== `${typeName}Success`) reject(`${typeName}Result must begin with ${typeName}Success.`);
  for (const member of members.slice(1)) {
    if (!implementsUserError(member, document))
      reject(`${member} must implement UserError, so that a client can show a rejection it does not know yet.`);
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

function checkMoney(type: { readonly name: NameNode }, field: FieldDefinitionNode, reject: (message: string) => void): void {
  const named = printType(field.type).replaceAll(/[[\]!]/g, '');
  // the unit of what was measured stands with its time series
  const isMeasured = type.name.value === 'TimeSeries' || /(rate|Rate|Ms)$/.test(field.name.value);
  if (named === 'Float' && !isMeasured)
    reject(
      `${type.name.value}.${field.name.value} is a Float. Money is Money, counts are Int; nothing of a shop is fractional but a rate, a measured time in Ms and the values of a TimeSeries.`,
    );
  if (type.name.value !== 'Money' && moneyNames.test(field.name.value) && named !== 'Money') {
    reject(`${type.name.value}.${field.name.value} must be Money: an amount without its currency is not an amount.`);
  }
}

/** A list that grows is a connection with a maximum page size. */
function checkConnection(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode,
  document: DocumentNode,
  reject: (message: string) => void,
): void {
  const name = printType(field.type).replaceAll(/[[\]!]/g, '');
  if (!name.endsWith('Connection')) return;
  const coordinate = `${type.name.value}.${field.name.value}`;
  const argument = (wanted: string) => field.arguments?.find((candidate) => candidate.name.value === wanted);
  const first = argument('first');
  if (!first || first.type.kind === Kind.NON_NULL_TYPE || !first.defaultValue)
    reject(`${coordinate} must take "first: Int = …", so that a page is bounded by default.`);
  else if (!/\b1 to \d+\b/.test(first.description?.value ?? ''))
    reject(`${coordinate} must give the page size in the description of "first": "How many, 1 to 100."`);
  if (!argument('after')) reject(`${coordinate} must take "after: String", or there is no second page.`);
  for (const part of ['edges', 'pageInfo']) {
    if (!fieldNames(name, document).includes(part)) reject(`${name} must have "${part}", as every client of a connection expects.`);
  }
}

function fieldNames(typeName: string, document: DocumentNode): string[] {
  const type = document.definitions.find(
    (definition): definition is ObjectTypeDefinitionNode =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === typeName,
  );
  return type?.fields?.map((field) => field.name.value) ?? [];
}

/** A type as it is written: `[Order!]!`. */
function printType(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printType(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : type.name.value;
}
