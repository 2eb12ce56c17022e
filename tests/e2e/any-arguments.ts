import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

type Operation = 'query' | 'mutation';

/** One field that takes arguments, and a document that asks for it with nothing but variables. */
export type Question = {
  readonly name: string;
  readonly text: string;
  readonly arguments: readonly GraphQLArgument[];
};

/**
 * Every field with arguments that a query or mutation can reach: those of the root, and each other by its shortest way from there. The mutations come
 * last, which may take away what the others look at.
 */
export function questionsOf(schema: GraphQLSchema): Question[] {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const rootsOf = (operation: Operation, type: GraphQLObjectType | null | undefined) =>
    Object.values(type?.getFields() ?? {}).flatMap((field) => (field.args.length > 0 ? [questionOf(operation, [], field)] : []));
  return [...rootsOf('query', query), ...(query ? innerQuestions(query) : []), ...rootsOf('mutation', mutation)];
}

function innerQuestions(query: GraphQLObjectType): Question[] {
  const questions: Question[] = [];
  const waiting: { type: GraphQLObjectType; path: readonly string[] }[] = [{ type: query, path: [] }];
  const seen = new Set<string>([query.name]);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const field of Object.values(next.type.getFields())) {
      if (next.path.length > 0 && field.args.length > 0) questions.push(questionOf('query', next.path, field));
      const type = getNamedType(field.type);
      const isWay = isObjectType(type) && !field.args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
      if (!isWay || seen.has(type.name)) continue;
      seen.add(type.name);
      waiting.push({ type, path: [...next.path, field.name] });
    }
  }
  return questions;
}

function questionOf(operation: Operation, path: readonly string[], field: GraphQLField<unknown, unknown>): Question {
  const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ` { ${contentsOf(field)} }`;
  const asked = path.reduceRight((inner, name) => `${name} { ${inner} }`, `${field.name}(${given})${selection}`);
  return { name: [operation, ...path, field.name].join(' '), text: `${operation} (${variables}) { ${asked} }`, arguments: field.args };
}

/** A list is read to its nodes and counted: its arguments are looked at only then. */
function contentsOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '__typename';
  const names = new Set(Object.keys(type.getFields()));
  return ['__typename', ...(names.has('edges') ? ['edges { cursor }'] : []), ...(names.has('totalCount') ? ['totalCount'] : [])].join(' ');
}

/** Arguments or fields of an input. */
type Inputs = readonly (GraphQLArgument | GraphQLInputField)[];
/** Whether what is at a path of the arguments may be anything; elsewhere stands what may well be good. */
type IsWild = (path: string) => boolean;

/**
 * What a client may write for these arguments. Input that is wrong everywhere is rejected by the first check and reaches no further: most often all
 * is as it may well be, but in one place. `ids` are such as there are in the shop.
 */
export function anyArguments(all: Inputs, ids: readonly string[]): fc.Arbitrary<object> {
  const wild = (isWild: IsWild) => ({ arbitrary: inputsOf(all, ids, '', isWild), weight: 3 });
  return fc.oneof({ ...wild(() => true), weight: 1 }, ...leavesOf(all, '').map((leaf) => wild((path) => path === leaf)));
}

/** The paths of all that is written as one value. */
export function leavesOf(all: Inputs, parent: string): string[] {
  return all.flatMap(({ name, type }) => {
    const [path, named] = [`${parent}.${name}`, getNamedType(type)];
    return isInputObjectType(named) ? leavesOf(Object.values(named.getFields()), path) : [path];
  });
}

function inputsOf(all: Inputs, ids: readonly string[], parent: string, isWild: IsWild): fc.Arbitrary<object> {
  const given = all.filter(
    ({ name, type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || isWild(`${parent}.${name}`),
  );
  return fc.record(Object.fromEntries(all.map(({ name, type }) => [name, inputOf(type, ids, `${parent}.${name}`, isWild)])), {
    requiredKeys: given.map(({ name }) => name),
  });
}

function inputOf(type: GraphQLInputType, ids: readonly string[], path: string, isWild: IsWild): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return presentInputOf(type.ofType, ids, path, isWild);
  return fc.option(presentInputOf(type, ids, path, isWild), { freq: 5 });
}

function presentInputOf(type: GraphQLInputType, ids: readonly string[], path: string, isWild: IsWild): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(inputOf(type.ofType, ids, path, isWild), { minLength: isWild(path) ? 0 : 1, maxLength: 2 });
  if (isInputObjectType(type)) return inputsOf(Object.values(type.getFields()), ids, path, isWild);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  const { name } = getNamedType(type);
  const argument = path.slice(path.lastIndexOf('.') + 1);
  if (!isWild(path)) return likelyScalar(name, ids, argument);
  return argument === 'after' ? fc.oneof({ arbitrary: anyCursor(ids), weight: 5 }, anyText(ids)) : anyScalar(name, ids);
}

function anyScalar(type: string, ids: readonly string[]): fc.Arbitrary<unknown> {
  switch (type) {
    case 'Int':
      return fc.oneof(fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, -1, 0, 1, 100, 101), fc.integer());
    case 'Float':
      return fc.oneof(fc.constantFrom(1.7e308, -1.7e308, -0, 5e-324, 2 ** 53, 0.5), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'Boolean':
      return fc.boolean();
    default:
      return anyText(ids);
  }
}

/** What every product that is made of any input has in its name and its article number: one of them is as it is here. */
const mark = 'ANYINPUT';

/** Texts that may be good where any text is not, by the name of the argument. */
const likelyTexts: Readonly<Record<string, fc.Arbitrary<string | null>>> = {
  after: fc.constant(null),
  name: fc.constant(`${mark} tea`),
  sku: fc.uuid().map((id) => `${mark}-${id.slice(0, 8).toUpperCase()}`),
  email: fc.uuid().map((id) => `${id}@example.com`),
  username: fc.uuid().map((id) => id.slice(0, 13)),
  // no user's: a deleted account makes no requests
  password: fc.constant('marigolds in winter'),
  newPassword: fc.constant('marigolds in autumn'),
  idempotencyKey: fc.uuid(),
  paymentMethodId: fc.constant('card-ok'),
  country: fc.constant('VN'),
  postalCode: fc.constant('100000'),
  phone: fc.constant('+84 24 3825 3536'),
  url: fc.constant('/pictures/tea-lotus-50.svg'),
  data: fc.constant('AAAA'),
};

function likelyScalar(type: string, ids: readonly string[], name: string): fc.Arbitrary<unknown> {
  if (type === 'Int') return fc.integer({ min: 1, max: 5 });
  if (type === 'Float') return fc.constant(0);
  if (type === 'Boolean') return fc.boolean();
  return likelyTexts[name] ?? (type === 'ID' ? fc.constantFrom(...ids) : fc.constant('Tea of any input'));
}

const moments = [
  '0000-01-01',
  '-000001-01-01',
  '-271821-04-20',
  '+010000-01-01',
  '+275760-09-13',
  '9999-12-31',
  '2026-02-30',
  '2026-11-27',
].map((day) => `${day}T00:00:00.000Z`);
const numbers = [2 ** 31, -(2 ** 31) - 1, 8.64e15, -8.64e15, 253_402_300_800_000, 1e308, 5e-324, -1, 0.5];
const oddTexts = ['', ' ', '\0', 'a\0b', '\ud800', '\udfff a', '\u202e', '%_\\', "'; --", '{}', '1e999', '__proto__', 'x'.repeat(9000)];

/** The name of a cursor's sort, and the cursor. */
export type CraftedCursor = { readonly sort: string; readonly after: string };

/** Of each shape that a list of the shop has, a cursor with each value that is none, or at the end of what there is. */
export function craftedCursors(id: string): CraftedCursor[] {
  const crafted = (sort: string, values: readonly unknown[]) => ({ sort, after: cursorOf(values) });
  return [
    ...moments.flatMap((at) => [crafted('NEWEST', [at, id]), crafted('NEWEST', ['NEWEST', at, id])]),
    ...numbers.flatMap((number) => [crafted('NEWEST', [number, id]), crafted('PRICE_ASC', ['PRICE_ASC', number, id])]),
    ...oddTexts.flatMap((text) => [
      crafted('NAME', ['NAME', text, id]),
      crafted('NEWEST', [moments.at(-1), text]),
      crafted('NEWEST', [1, text]),
    ]),
  ];
}

function cursorOf(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

const anyId = (ids: readonly string[]) =>
  fc.oneof(fc.constantFrom(...ids), fc.uuid(), fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ORDER'));
const anyTimestamp = fc.oneof(
  fc.constantFrom(...moments),
  fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
);
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units));
const oddText = fc.constantFrom(...oddTexts);

/** What every list of the shop is ordered by, and anything else. */
function anyCursor(ids: readonly string[]): fc.Arbitrary<string> {
  const id = anyId(ids);
  const number = fc.oneof(fc.constantFrom(...numbers), fc.double({ noNaN: true }), fc.integer());
  const component = fc.oneof(anyTimestamp, number, id, oddText, anyUnits, fc.constantFrom('NEWEST', 'NAME', 'PRICE_ASC', null, true));
  const shapes = fc.oneof(
    { arbitrary: fc.tuple(anyTimestamp, id), weight: 2 },
    { arbitrary: fc.tuple(number, id), weight: 2 },
    fc.tuple(fc.constant('NEWEST'), anyTimestamp, id),
    fc.tuple(fc.constant('NAME'), fc.oneof(oddText, anyUnits), id),
    fc.tuple(fc.constantFrom('PRICE_ASC', 'PRICE_DESC'), number, id),
    fc.array(component, { maxLength: 4 }),
  );
  return shapes.map(cursorOf);
}

function anyText(ids: readonly string[]): fc.Arbitrary<string> {
  const garbage = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  const id = { arbitrary: anyId(ids), weight: 2 };
  return fc.oneof(id, anyCursor(ids), oddText, anyUnits, anyTimestamp, garbage, fc.string({ unit: 'grapheme' }), fc.emailAddress());
}
