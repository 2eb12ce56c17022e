import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { readFolders } from './folders.ts';
import { problemsOfShape, type ShapedFolder } from './subgraph-shape.ts';

const folders = await readFolders();

function readFiles(name: string): Map<string, string> {
  const root = fileURLToPath(new URL(`../../subgraphs/${name}/`, import.meta.url));
  const paths = [...readdirSync(root), ...readdirSync(root).flatMap((entry) => (entry === 'commands' ? commandsOf(root) : []))];
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]));
}

const commandsOf = (root: string) => readdirSync(`${root}commands`).map((file) => `commands/${file}`);

test.each(folders.map(({ name, sdl, subscribes }) => [name, sdl, subscribes] as const))(
  '%s has the shape of every subgraph',
  (name, sdl, subscribes) => {
    expect(problemsOfShape({ files: readFiles(name), sdl, subscribes })).toEqual([]);
  },
);

describe('a folder is of another shape', () => {
  const sdl = parse(`
    type Mutation { lendBook(input: ID!): ID! }
    interface UserError { message: String! }
    type BookLent implements UserError { message: String! }
    type InvalidInput implements UserError { message: String! }
    "No longer returned, and removed after 2027-05-31."
    type BookLost implements UserError { message: String! }
  `);
  const command =
    'export async function lendBook(deps: LibraryDependencies, identity: Identity, input: unknown): Promise<LendBookResult> {}\n';
  const errors = "export type BookLent = { __typename: 'BookLent' };\n";
  const folder = (changes: Record<string, string | null> = {}, subscribes: readonly string[] = []): ShapedFolder => {
    const files = { 'commands/lend-book.ts': command, 'errors.ts': errors, 'resolvers.ts': 'export {};\n', ...changes };
    return {
      files: new Map(Object.entries(files).flatMap(([file, text]) => (text === null ? [] : [[file, text] as const]))),
      sdl,
      subscribes,
    };
  };

  test('and one that is of the shape has no problem', () => {
    expect(problemsOfShape(folder())).toEqual([]);
    expect(problemsOfShape(folder({ 'event-handlers.ts': '' }, ['order.created']))).toEqual([]);
    const destructured = command.replace('deps: LibraryDependencies', "{ database, now }: Pick<LibraryDependencies, 'database' | 'now'>");
    expect(problemsOfShape(folder({ 'commands/lend-book.ts': destructured }))).toEqual([]);
  });

  test.each<[problem: string, changes: Record<string, string | null>, subscribes: readonly string[]]>([
    ['service.ts is no file of a subgraph', { 'service.ts': '' }, []],
    ['start.ts is no file of a subgraph', { 'start.ts': '' }, []],
    ['rules.ts is no file of a subgraph', { 'rules.ts': '' }, []],
    ['inputs.ts is no file of a subgraph', { 'inputs.ts': '' }, []],
    ['the mutation lendBook has no commands/lend-book.ts', { 'commands/lend-book.ts': null }, []],
    ['commands/lend-book.ts exports no function lendBook', { 'commands/lend-book.ts': command.replace('export ', '') }, []],
    [
      'lendBook takes other arguments than (deps, identity, input)',
      { 'commands/lend-book.ts': command.replace('identity: Identity, ', '') },
      [],
    ],
    [
      'lendBook takes other arguments than (deps, identity, input)',
      { 'commands/lend-book.ts': command.replace('LibraryDependencies', 'Sql') },
      [],
    ],
    ['commands/return-book.ts belongs to no mutation', { 'commands/return-book.ts': command }, []],
    ['errors.ts exports no type BookLent', { 'errors.ts': null }, []],
    ['errors.ts exports no type BookLent', { 'errors.ts': errors.replace('export ', '') }, []],
    ['resolvers.ts has a __resolveType: results carry their __typename', { 'resolvers.ts': "__resolveType: () => 'BookLent'" }, []],
    ['event-handlers.ts is there, and events.ts subscribes to nothing', { 'event-handlers.ts': '' }, []],
    ['what events.ts subscribes to has no event-handlers.ts', {}, ['order.created']],
  ])('when %s', (problem, changes, subscribes) => {
    expect(problemsOfShape(folder(changes, subscribes))).toEqual([problem]);
  });
});
