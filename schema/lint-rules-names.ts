import { type ASTNode, type DirectiveNode, type DocumentNode, Kind, type NameNode, type StringValueNode, visit } from 'graphql';
import type { Reject } from './finding.ts';

type Named = {
  readonly name: NameNode;
  readonly description?: StringValueNode | undefined;
  readonly directives?: readonly DirectiveNode[] | undefined;
};

const roots = ['Query', 'Mutation', 'Subscription'];

/** Everything that a client sees has a description, in the subgraph that owns it. */
export function checkDescriptions(document: DocumentNode, reject: Reject): void {
  walk(document, (node, path) => {
    if (node.description || roots.includes(path.join('.')) || isOfAnother(node, path, document)) return;
    const coordinate = path.join('.');
    const message =
      path.length === 2 && roots.includes(path[0] ?? '')
        ? `${coordinate} has no description. Describe what it returns or does.`
        : `${coordinate} has no description. Clients read the schema, not our code.`;
    reject(node.name, message);
  });
}

/** An entity is described by its owner, and so are the fields that others repeat. */
function isOfAnother(node: Named, [typeName, fieldName]: readonly string[], document: DocumentNode): boolean {
  const type = document.definitions.find((definition) => 'name' in definition && definition.name?.value === typeName);
  if (type?.kind !== Kind.OBJECT_TYPE_DEFINITION || type.description) return false;
  const keys = (type.directives ?? []).filter(isNamed('key')).map(fieldsOfKey);
  if (keys.length === 0) return false;
  return (
    fieldName === undefined ||
    keys.some((key) => key.includes(fieldName)) ||
    (node.directives ?? []).some((directive) => isNamed('shareable', 'external')(directive))
  );
}

/** The fields of a key, the outermost ones first: `id`, `seller`. */
export function fieldsOfKey(directive: DirectiveNode): string[] {
  const fields = directive.arguments?.find((argument) => argument.name.value === 'fields')?.value;
  return fields?.kind === Kind.STRING ? fields.value.split(/[\s{}]+/) : [];
}

export function isNamed(...names: readonly string[]): (directive: DirectiveNode) => boolean {
  return (directive) => names.includes(directive.name.value);
}

/** A deprecation names the replacement and the removal date: clients need both to plan. */
export function checkDeprecations(document: DocumentNode, reject: Reject): void {
  walk(document, (node, path) => {
    const deprecated = node.directives?.find(isNamed('deprecated'));
    if (!deprecated) return;
    const value = deprecated.arguments?.find((argument) => argument.name.value === 'reason')?.value;
    const reason = value?.kind === Kind.STRING ? value.value : '';
    const coordinate = path.join('.');
    if (!/\w+\W+\w+/.test(reason.replaceAll(/\d{4}-\d{2}-\d{2}/g, '')))
      reject(node.name, `${coordinate} is deprecated without a reason: @deprecated(reason: "Use … instead. Removed after YYYY-MM-DD.").`);
    else if (!holdsDate(reason))
      reject(node.name, `${coordinate} is deprecated without a date: give the day after which it is removed in the reason, as YYYY-MM-DD.`);
  });
}

function holdsDate(reason: string): boolean {
  const written = /\b\d{4}-\d{2}-\d{2}\b/.exec(reason)?.[0];
  if (written === undefined) return false;
  const date = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(written);
}

/** Shows every type, field, argument, input field and enum value, with the names on the way to it. */
function walk(document: DocumentNode, see: (node: Named, path: readonly string[]) => void): void {
  const path: string[] = [];
  const isPart = (node: ASTNode): node is ASTNode & Named =>
    /(TypeDefinition|FieldDefinition|InputValueDefinition|EnumValueDefinition)$/.test(node.kind) && 'name' in node;
  visit(document, {
    enter(node) {
      if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
      if (!isPart(node)) return;
      path.push(node.name.value);
      see(node, path);
      return;
    },
    leave(node) {
      if (isPart(node)) path.pop();
    },
  });
}
