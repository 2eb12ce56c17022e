import { type DirectiveNode, type FieldNode, Kind, parse, visit } from 'graphql';

/** The keys that the planner uses for fields which it adds by itself. */
export type PlannerNames = {
  /** Whether a field under this key could be taken for one that the planner added, or the other way round. */
  mayMistake(key: string, field: FieldNode): boolean;
};

/** Its arguments hold the fields by which subgraphs find entities, and those that they need from each other. */
const joins: ReadonlySet<string> = new Set(['join__type', 'join__field']);
const holdingFields: ReadonlySet<string> = new Set(['key', 'requires', 'provides', 'selection']);

/** Reads a supergraph for keys, `@requires`, `@provides` and the fields of contexts. */
export function readPlannerNames(supergraphSdl: string): PlannerNames {
  const withArguments = new Map<string, boolean>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    Directive(node) {
      if (joins.has(node.name.value)) for (const fields of fieldSetsOf(node)) addFields(fields, withArguments);
      return undefined;
    },
  });
  return {
    mayMistake(key, { name, arguments: given = [] }) {
      // an alias that would change the prototype of what holds it, and what the planner itself calls its aliases
      if (key === '__proto__' || key.includes('__alias_')) return true;
      if (key === '__typename') return name.value !== '__typename';
      const isAddedWithArguments = withArguments.get(key);
      if (isAddedWithArguments === undefined) return false;
      return key !== name.value || given.length > 0 || isAddedWithArguments;
    },
  };
}

function fieldSetsOf(node: DirectiveNode): string[] {
  const found: string[] = [];
  visit(node, {
    Argument: ({ name, value }) => {
      if (holdingFields.has(name.value) && value.kind === Kind.STRING) found.push(value.value);
    },
    ObjectField: ({ name, value }) => {
      if (holdingFields.has(name.value) && value.kind === Kind.STRING) found.push(value.value);
    },
  });
  return found;
}

function addFields(fieldSet: string, withArguments: Map<string, boolean>): void {
  // those of a context begin with its name
  const selections = fieldSet.replace(/^\s*\$\w+/, '').trim();
  const text = selections.startsWith('{') ? selections : `{${selections}}`;
  visit(parse(text, { noLocation: true }), {
    Field({ name, arguments: given = [] }) {
      withArguments.set(name.value, (withArguments.get(name.value) ?? false) || given.length > 0);
    },
  });
}
