import { type DocumentNode, Kind } from 'graphql';
import { objectTypes } from './folders.ts';

/** What the shape of a subgraph is read from: its files, by path inside its folder, its SDL, and the types of the events it subscribes to. */
export type ShapedFolder = {
  readonly files: ReadonlyMap<string, string>;
  readonly sdl: DocumentNode;
  readonly subscribes: readonly string[];
};

const gone = ['service.ts', 'start.ts', 'rules.ts', 'inputs.ts'];

/** What in a subgraph's folder is not as in every other (CONTRIBUTING, "The files of a subgraph"); one sentence each. */
export function problemsOfShape(folder: ShapedFolder): string[] {
  const { files } = folder;
  return [
    ...gone.filter((file) => files.has(file)).map((file) => `${file} is no file of a subgraph`),
    ...problemsOfCommands(folder),
    ...problemsOfErrors(folder),
    ...(files.get('resolvers.ts')?.includes('__resolveType') ? ['resolvers.ts has a __resolveType: results carry their __typename'] : []),
    ...problemsOfHandlers(folder),
  ];
}

function problemsOfCommands({ files, sdl }: ShapedFolder): string[] {
  const mutations = objectTypes(sdl)
    .filter((type) => type.name.value === 'Mutation')
    .flatMap((type) => (type.fields ?? []).map((field) => field.name.value));
  const expected = new Map(mutations.map((name) => [`commands/${inKebabCase(name)}.ts`, name]));
  const missing = [...expected].flatMap(([file, name]) => {
    const text = files.get(file);
    if (text === undefined) return [`the mutation ${name} has no ${file}`];
    const parameters = parametersOf(text, name);
    if (parameters === null) return [`${file} exports no function ${name}`];
    const takesDeps = parameters.length === 3 && /^(deps|\{[^}]*\}): .*Dependencies\b/s.test(parameters[0] ?? '');
    return takesDeps ? [] : [`${name} takes other arguments than (deps, identity, input)`];
  });
  const surplus = [...files.keys()].filter((file) => file.startsWith('commands/') && !expected.has(file));
  return [...missing, ...surplus.map((file) => `${file} belongs to no mutation`)];
}

/** A type that is described with the day after which it is removed stays for old clients; nothing makes its value. */
function problemsOfErrors({ files, sdl }: ShapedFolder): string[] {
  const errors = files.get('errors.ts') ?? '';
  return objectTypes(sdl)
    .filter((type) => type.interfaces?.some((one) => one.name.value === 'UserError'))
    .filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && !/removed after \d{4}-\d{2}-\d{2}/.test(type.description?.value ?? ''))
    .map((type) => type.name.value)
    .filter((name) => name !== 'InvalidInput' && !new RegExp(`^export type ${name}\\b`, 'm').test(errors))
    .map((name) => `errors.ts exports no type ${name}`);
}

function problemsOfHandlers({ files, subscribes }: ShapedFolder): string[] {
  const hasHandlers = files.has('event-handlers.ts');
  if (hasHandlers === subscribes.length > 0) return [];
  return [
    hasHandlers
      ? 'event-handlers.ts is there, and events.ts subscribes to nothing'
      : 'what events.ts subscribes to has no event-handlers.ts',
  ];
}

const inKebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The parameters of an exported function as they are written; null when the text exports no such function. */
function parametersOf(text: string, name: string): string[] | null {
  const start = new RegExp(`^export (?:async )?function ${name}\\(`, 'm').exec(text);
  if (start === null) return null;
  let depth = 0;
  let list = '';
  // commas inside of braces and brackets separate no parameters
  for (const character of text.slice(start.index + start[0].length)) {
    depth += depthOf(character);
    if (depth < 0) break;
    list += character === ',' && depth > 0 ? ' ' : character;
  }
  return list.split(',').flatMap((parameter) => parameter.trim() || []);
}

function depthOf(character: string): number {
  if ('([{<'.includes(character)) return 1;
  return ')]}>'.includes(character) ? -1 : 0;
}
