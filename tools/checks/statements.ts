import { loadModule, parse } from 'libpg-query';
import type { Verdict } from './findings.ts';

/** What a statement does to a table that the release before uses. `column` null: to the whole table. */
export type Effect = {
  readonly verdict: Verdict;
  readonly kind: 'leaves' | 'must be filled' | 'other';
  readonly table: string;
  readonly column: string | null;
  readonly what: string;
  readonly instead?: string;
};

type Node = Readonly<Record<string, unknown>>;
const node = (value: unknown): Node => (typeof value === 'object' && value !== null ? (value as Node) : {});
const list = (value: unknown): Node[] => (Array.isArray(value) ? value.map(node) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const tableOf = (statement: Node) => text(node(statement['relation'])['relname']);

const leaveLater =
  'Release code that neither reads nor writes it, marked @deprecated in entities.ts; drop it in a migration of the release after.';
const addBeside = 'Add the new one beside it, write both, and let the old one leave in a later release.';
const fillFirst =
  'Give it a DEFAULT, or let it be null until a release that always writes it is out, marked @filled in entities.ts; then SET NOT NULL.';

/** By PostgreSQL's own parser. @throws Error with PostgreSQL's words when it is no SQL. */
export async function effectsOf(sql: string): Promise<{ created: string[]; effects: Effect[] }> {
  await loadModule();
  const { stmts = [] } = (await parse(sql)) as { stmts?: { stmt?: unknown }[] };
  const statements = stmts.map(({ stmt }) => Object.entries(node(stmt))[0] ?? (['', {}] as const));
  return {
    created: statements.filter(([type]) => type === 'CreateStmt').map(([, statement]) => tableOf(node(statement))),
    effects: statements.flatMap(([type, statement]) => readers[type]?.(node(statement)) ?? []),
  };
}

const readers: Readonly<Record<string, (statement: Node) => Effect[]>> = {
  AlterTableStmt: (statement) => list(statement['cmds']).flatMap((command) => alters(tableOf(statement), node(command['AlterTableCmd']))),
  RenameStmt: renames,
  DropStmt: drops,
  IndexStmt: (statement) => (statement['unique'] === true ? [stricter(tableOf(statement), 'a unique index')] : []),
  TruncateStmt: (statement) =>
    list(statement['relations']).map((relation) => loses(text(node(relation['RangeVar'])['relname']), 'is emptied')),
  DeleteStmt: (statement) => [loses(tableOf(statement), 'loses rows')],
};

const loses = (table: string, what: string): Effect => ({
  verdict: 'dangerous',
  kind: 'other',
  table,
  column: null,
  what: `${table} ${what}, and going back does not bring them back`,
});

const stricter = (table: string, what: string): Effect => ({
  verdict: 'dangerous',
  kind: 'other',
  table,
  column: null,
  what: `${table} gets ${what}, which the release before may violate`,
  instead: 'See that the release that runs today keeps it already.',
});

function drops(statement: Node): Effect[] {
  if (statement['removeType'] !== 'OBJECT_TABLE') return [];
  return list(statement['objects']).map((object) => {
    const table =
      list(node(object['List'])['items'])
        .map((item) => text(node(item['String'])['sval']))
        .at(-1) ?? '';
    return { verdict: 'breaking', kind: 'leaves', table, column: null, what: `the table ${table} is dropped`, instead: leaveLater };
  });
}

function renames(statement: Node): Effect[] {
  const table = tableOf(statement);
  const to = text(statement['newname']);
  const rename = (column: string | null, what: string): Effect[] => [
    { verdict: 'breaking', kind: 'other', table, column, what: `${what} is renamed to ${to}`, instead: addBeside },
  ];
  if (statement['renameType'] === 'OBJECT_TABLE') return rename(null, `the table ${table}`);
  const column = text(statement['subname']);
  return statement['renameType'] === 'OBJECT_COLUMN' ? rename(column, `the column ${table}.${column}`) : [];
}

function alters(table: string, command: Node): Effect[] {
  const column = text(command['name']);
  const breaks = (kind: Effect['kind'], what: string, instead: string): Effect[] => [
    { verdict: 'breaking', kind, table, column, what: `the column ${table}.${column} ${what}`, instead },
  ];
  switch (command['subtype']) {
    case 'AT_DropColumn':
      return breaks('leaves', 'is dropped', leaveLater);
    case 'AT_AlterColumnType':
      return breaks('other', 'gets another type', addBeside);
    case 'AT_SetNotNull':
      return breaks('must be filled', 'may no longer be null', fillFirst);
    case 'AT_ColumnDefault':
      return command['def'] === undefined ? breaks('must be filled', 'loses its default', fillFirst) : [];
    case 'AT_AddColumn':
      return adds(table, node(node(command['def'])['ColumnDef']));
    case 'AT_AddConstraint':
      return [stricter(table, 'a constraint')];
    default:
      return [];
  }
}

const filledByItself = new Set(['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED']);

function adds(table: string, definition: Node): Effect[] {
  const column = text(definition['colname']);
  const kinds = list(definition['constraints']).map((constraint) => text(node(constraint['Constraint'])['contype']));
  const type =
    list(node(definition['typeName'])['names'])
      .map((name) => text(node(name['String'])['sval']))
      .at(-1) ?? '';
  const mustBeFilled = kinds.includes('CONSTR_NOTNULL') || kinds.includes('CONSTR_PRIMARY');
  const isFilled = kinds.some((kind) => filledByItself.has(kind)) || /serial\d?$/.test(type);
  const named = `the column ${table}.${column}`;
  if (!mustBeFilled || isFilled) return [{ verdict: 'safe', kind: 'other', table, column, what: `${named} is new` }];
  const what = `${named} is new and NOT NULL without a default`;
  return [{ verdict: 'breaking', kind: 'other', table, column, what, instead: fillFirst }];
}
