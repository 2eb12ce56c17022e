import { type DocumentNode, type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
import { printType } from './print-type.ts';

/** A list that grows is a connection with a maximum page size. */
export function checkConnection(
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
