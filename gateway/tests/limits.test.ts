import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { checkExecuted, checkLimits, type Limits } from '../pipeline/limit/limits.ts';

const limits: Limits = { maxOperations: 50, maxDepth: 12, maxAliases: 30, maxRootFields: 20, maxDirectives: 30, maxCost: 10_000 };
const problems = (text: string, changed: Partial<Limits> = {}, variables: Record<string, unknown> = {}) => {
  const document = parse(text);
  const all = { ...limits, ...changed };
  const tooLong = checkLimits(document, all);
  const operations = document.definitions.filter((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
  const executed =
    tooLong.length > 0 ? [] : operations.flatMap((operation) => checkExecuted({ document, operation, request: { variables } }, all));
  return [...tooLong, ...executed].map((error) => error.message);
};

describe('the limits of an operation', () => {
  test('let an ordinary operation pass', () => {
    expect(problems('{ me { orders { edges { node { lines { product { category { name } } } } } } } }')).toEqual([]);
  });

  test('let the introspection of tools pass, however deep it is', () => {
    expect(problems(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))).toEqual([]);
  });

  test('do not let introspection carry depth without end', () => {
    expect(problems(`{ __schema { types { ${'ofType { '.repeat(40)} name ${'}'.repeat(40)} } } }`)).toHaveLength(1);
  });

  test('reject a depth of 100', () => {
    expect(problems(`{ ${'a { '.repeat(99)} b ${'}'.repeat(99)} }`)).toEqual(['The operation is 100 levels deep; the limit is 12.']);
  });

  test('reject a document with too many operations', () => {
    const document = Array.from({ length: 51 }, (_, index) => `query q${index} { a }`).join(' ');

    expect(problems(document)).toEqual(['The document holds 51 operations; the limit is 50.']);
    expect(problems(document, { maxOperations: 51 })).toEqual([]);
  });

  test('see the depth that fragments add', () => {
    const document = '{ a { ...F } } fragment F on A { b { ...G } } fragment G on B { c { d } }';

    expect(problems(document, { maxDepth: 3 })).toEqual(['The operation is 4 levels deep; the limit is 3.']);
  });

  test('count aliases, in fragments as often as they are spread', () => {
    const aliases = Array.from({ length: 11 }, (_, index) => `a${index}: x`).join(' ');

    expect(problems(`{ p { ...F } q { ...F } r { ...F } } fragment F on A { ${aliases} }`)).toEqual([
      'The operation has 33 aliases; the limit is 30.',
    ]);
  });

  test('count the fields at the root', () => {
    const fields = Array.from({ length: 21 }, (_, index) => `f${index}`).join(' ');

    expect(problems(`{ ${fields} }`)).toEqual(['The operation has 21 fields at its root; the limit is 20.']);
  });

  test('count directives', () => {
    expect(problems(`{ a ${'@include(if: true) '.repeat(31)} }`)).toEqual(['The operation has 31 directives; the limit is 30.']);
  });

  test('stop at fragments that grow without bound', () => {
    const fragments = Array.from({ length: 20 }, (_, index) => `fragment F${index} on A { a { ...F${index + 1} ...F${index + 1} } }`).join(
      ' ',
    );

    expect(problems(`{ ...F0 } ${fragments} fragment F20 on A { x }`, { maxDepth: 100 })).toEqual([
      'The operation selects too many fields; the limit is 5000.',
    ]);
  });

  test('end with fragments that spread themselves', () => {
    expect(problems('{ ...F } fragment F on Query { me { id } ...G } fragment G on Query { ...F }')).toEqual([]);
  });

  test('allow one mutation of authentication, under one name or several', () => {
    expect(problems('mutation { logIn { a } addToCart { b } }')).toEqual([]);
    expect(problems('mutation { a: logIn { a } b: logIn { a } }')).toHaveLength(1);
    expect(problems('mutation { register { a } ...F } fragment F on Mutation { logIn { a } }')).toHaveLength(1);
  });

  test('do not count what is skipped', () => {
    const logIns = 'mutation($i: I, $new: Boolean = true) { a: logIn(input: $i) @skip(if: $new) { b } register @include(if: $new) { b } }';
    const roots = 'query($all: Boolean!) { a: x b: x ... @include(if: $all) { c: x d { e { f } } } }';
    const few = { maxAliases: 2, maxRootFields: 2, maxDepth: 1 };

    expect(problems(logIns)).toEqual([]);
    expect(problems(logIns, {}, { new: false })).toEqual([]);
    expect(problems('mutation { a: logIn @skip(if: true) { b } logIn { b } }')).toEqual([]);
    expect(problems('mutation { a: logIn @skip(if: false) { b } logIn { b } }')).toHaveLength(1);
    expect(problems(roots, few, { all: false })).toEqual([]);
    expect(problems(roots, few, { all: true })).toHaveLength(3);
  });

  test('count what is executed: equal fields are one, however often they are written or spread', () => {
    const spreads = Array.from({ length: 8 }, (_, index) => `...F${index}`).join(' ');
    const fragments = Array.from({ length: 8 }, (_, index) => `fragment F${index} on Query { a: x b: y { c: z } d { e } }`).join(' ');

    expect(problems(`{ ${spreads} } ${fragments}`, { maxAliases: 3, maxRootFields: 3, maxDepth: 2 })).toEqual([]);
    expect(problems(`{ ${spreads} } ${fragments}`, { maxAliases: 2, maxRootFields: 2, maxDepth: 1 })).toHaveLength(3);
    expect(problems('mutation { logIn { a } ...F } fragment F on Mutation { logIn { b } }')).toEqual([]);
    expect(problems('mutation { x: logIn { a } ...F } fragment F on Mutation { x: register { b } }')).toHaveLength(1);
  });

  test('find what equal fields select together', () => {
    expect(problems('{ a { ...F } a { b { x: c } } } fragment F on A { b { y: c z: c } }', { maxAliases: 2 })).toEqual([
      'The operation has 3 aliases; the limit is 2.',
    ]);
  });

  test('reject fragments that are nested without end, and little text that would be long', () => {
    expect(problems(`{ ${'... { '.repeat(1000)} a ${'} '.repeat(1000)} }`)).toEqual([
      'The operation nests fragments 1000 deep; the limit is 32.',
    ]);
    const doubling = Array.from({ length: 200 }, (_, index) => `fragment F${index} on A { ...F${index + 1} ...F${index + 1} }`).join(' ');
    expect(problems(`{ ...F0 } ${doubling} fragment F200 on A { x }`)).toContain(
      'The operation selects too many fields; the limit is 5000.',
    );
  });

  test('do no more work than there is text', () => {
    // each level spreads what the level above has: by expansion 2^8 fields, by collection 8
    const levels = Array.from(
      { length: 7 },
      (_, index) => `fragment F${index} on A { a { ...F${index + 1} } a { ...F${index + 1} } }`,
    ).join(' ');

    expect(problems(`{ ...F0 } ${levels} fragment F7 on A { x }`)).toEqual([]);
  });

  test('reject fields that are written so often that to compare them takes long', () => {
    const message = ['The operation repeats fields, in 79800 pairs of equal ones; the limit is 5000.'];
    const fragments = Array.from({ length: 400 }, (_, index) => `fragment F${index} on A { x }`).join(' ');
    const spreads = Array.from({ length: 400 }, (_, index) => `...F${index}`).join(' ');

    expect(problems(`{ ${'a '.repeat(400)} }`)).toEqual(message);
    expect(problems(`{ a { ${spreads} } } ${fragments}`)).toEqual(message);
    expect(problems(`{ ${'a { b { c } } '.repeat(250)} }`)).toHaveLength(1);
    expect(problems(`{ ${'a '.repeat(90)} b { ${'a '.repeat(40)} } ${'...F '.repeat(1000)} } fragment F on Query { c }`)).toEqual([]);
  });

  test('count directives as often as they are written', () => {
    const spreads = '...F @include(if: $a) '.repeat(8);

    expect(problems(`{ ${spreads} } fragment F on Query { a @skip(if: $a) }`, { maxDirectives: 9 })).toEqual([]);
    expect(problems(`{ ${spreads} } fragment F on Query { a @skip(if: $a) }`, { maxDirectives: 8 })).toHaveLength(1);
  });

  test('evaluate each operation of a document', () => {
    expect(problems('query A { a } query B { a { b { c } } }', { maxDepth: 2 })).toHaveLength(1);
  });
});
