import { describe, expect, test } from '@jest/globals';
import { review } from '../review.ts';
import { changedGraph, type Edit, editedGraph, sdlOf } from './changed-graph.ts';

const { order, product, cart, user, payment } = sdlOf;
const on = (day: string) => `@deprecated(reason: "Use something else. Removed after ${day}.")`;
const gone = on('2027-01-31');

type Change = {
  name: string;
  /** What the base has more than the real graph. */
  before?: Edit[];
  edits: Edit[];
};

const oldField: Edit = [product, '  sku: String!\n', `  sku: String!\n  "Weight in grams."\n  weight: Int ${gone}\n`];
const oldQuery: Edit = [
  product,
  '  "Every category that',
  `  "What is new."\n  novelties("How." input: NoveltyInput): Novelty ${gone}\n  "Every category that`,
];
const oldTypes: Edit = [
  product,
  '"A category of the catalogue."',
  '"New." type Novelty { "Since." since: Int } "Which." input NoveltyInput { "Since." since: Int }\n"A category of the catalogue."',
];

const harmless: Change[] = [
  { name: 'a new field', edits: [[product, '  sku: String!\n', '  sku: String!\n  "Weight in grams."\n  weight: Int\n']] },
  { name: 'a new type', edits: [oldTypes, [product, '  sku: String!\n', '  sku: String!\n  "New."\n  news: Novelty\n']] },
  {
    name: 'a new optional argument',
    edits: [
      [
        product,
        '    "What comes first."\n    sort: ProductSort',
        '    "Colour."\n    colour: String\n    "What comes first."\n    sort: ProductSort',
      ],
    ],
  },
  { name: 'a new optional input field', edits: [[cart, 'input ClearCartInput {', 'input ClearCartInput {\n  "Why."\n  reason: String']] },
  {
    name: 'a new input field with a default',
    edits: [[cart, 'input ClearCartInput {', 'input ClearCartInput {\n  "Sure."\n  sure: Boolean! = true']],
  },
  { name: 'a new enum value', edits: [[product, 'enum ProductSort {', 'enum ProductSort {\n  "What sells."\n  POPULAR']] },
  {
    name: 'a new rejection of a result',
    edits: [
      [
        product,
        'union ArchiveProductResult = ArchiveProductSuccess |',
        'union ArchiveProductResult = ArchiveProductSuccess | NotEnoughStock |',
      ],
    ],
  },
  { name: 'a field that is never null any more', edits: [[payment, '  method: PaymentMethod\n', '  method: PaymentMethod!\n']] },
  {
    name: 'an argument that need not be given any more',
    edits: [[product, 'product("The product\'s id, not its article number." id: ID!)', 'product("Its id." id: ID)']],
  },
  { name: 'another description', edits: [[product, '"A category of the catalogue."', '"A shelf."']] },
  { name: 'a deprecation with reason and date', edits: [[product, '  sku: String!\n', `  sku: String! ${gone}\n`]] },
  { name: 'a deprecated field that nobody uses is removed', before: [oldField], edits: [] },
  { name: 'a deprecated query goes with its types', before: [oldTypes, oldQuery], edits: [] },
  {
    name: 'a deprecated argument that nobody uses is removed',
    before: [
      [
        product,
        '    "What comes first."\n    sort: ProductSort',
        `    "Colour."\n    colour: String ${gone}\n    "What comes first."\n    sort: ProductSort`,
      ],
    ],
    edits: [],
  },
  {
    name: 'a deprecated enum value of a type that nobody uses is removed',
    before: [
      [product, '"A category of the catalogue."', `"Size." enum Size { "S." S "M." M ${gone} }\n"A category of the catalogue."`],
      [product, '  sku: String!\n', '  sku: String!\n  "Size."\n  size: Size\n'],
    ],
    edits: [
      [product, '"A category of the catalogue."', '"Size." enum Size { "S." S }\n"A category of the catalogue."'],
      [product, '  sku: String!\n', '  sku: String!\n  "Size."\n  size: Size\n'],
    ],
  },
  {
    name: 'a deprecated input field that every client promised to leave out is removed',
    before: [
      [cart, 'input ClaimCartInput {', `input ClaimCartInput {\n  "Old."\n  old: Int ${gone}`],
      ['schema/operations/demo/claim.graphql', '', claim('# Never sends ClaimCartInput.old\n')],
    ],
    edits: [['schema/operations/demo/claim.graphql', '', claim('# Never sends ClaimCartInput.old\n')]],
  },
  { name: 'a new operation', edits: [['schema/operations/demo/claim.graphql', '', claim('# Joins carts.\n')]] },
  {
    name: 'a shared field that one subgraph gives up',
    edits: [[sdlOf.events, '  cancelReason: CancelReason @shareable\n', '']],
  },
];

function claim(comment: string): string {
  return `${comment}mutation Claim($input: ClaimCartInput!) {\n  claimCart(input: $input) {\n    __typename\n  }\n}\n`;
}

type Breaking = Change & { /** The clients that are named. */ clients: string[]; says: string };

const breaking: Breaking[] = [
  {
    name: 'a field that was not deprecated is removed',
    edits: [[payment, '  "What will happen when it is charged."\n  behaviour: String!\n', '']],
    clients: ['playground'],
    says: 'payment-methods.graphql:6',
  },
  {
    name: 'a field that nobody uses, but was not deprecated',
    edits: [[product, '  "When it came into the catalogue."\n  createdAt: DateTime!\n', '']],
    clients: [],
    says: 'Deprecate it first',
  },
  {
    name: 'a deprecated field that is used',
    before: [[payment, '  behaviour: String!\n', `  behaviour: String! ${gone}\n`]],
    edits: [[payment, '  "What will happen when it is charged."\n  behaviour: String!\n', '']],
    clients: ['playground'],
    says: 'Change these operations first',
  },
  {
    name: 'a deprecated field together with the operation that the base still sends',
    before: [[payment, '  behaviour: String!\n', `  behaviour: String! ${gone}\n`]],
    edits: [
      [payment, '  "What will happen when it is charged."\n  behaviour: String!\n', ''],
      ['schema/operations/playground/payment-methods.graphql', '    behaviour\n', ''],
    ],
    clients: ['playground'],
    says: 'The base still sends it',
  },
  {
    name: 'a field that may be null',
    edits: [[order, '  placedAt: DateTime!\n', '  placedAt: DateTime\n']],
    clients: ['playground'],
    says: 'my-orders.graphql',
  },
  {
    name: 'a field of another type',
    edits: [[order, '  version: Int!\n  "The status it', '  version: ID!\n  "The status it']],
    clients: ['playground'],
    says: 'of type ID!',
  },
  {
    name: 'an argument that must be given',
    edits: [[order, '    "Only this customer\'s; for admins."\n    customerId: ID\n', '    "Whose."\n    customerId: ID!\n']],
    clients: [],
    says: 'Query.orders.customerId',
  },
  {
    name: 'a new argument that must be given',
    edits: [
      [
        product,
        '    "What comes first."\n    sort: ProductSort',
        '    "Colour."\n    colour: String!\n    "What comes first."\n    sort: ProductSort',
      ],
    ],
    clients: ['playground', 'tools'],
    says: 'Make it optional',
  },
  {
    name: 'an argument that is used and goes',
    edits: [
      [
        product,
        '    "Words, or their beginnings, that must appear in the name, the description or the slug, with or without accents; for admins in the article number, too."\n    search: String\n',
        '',
      ],
    ],
    clients: ['playground'],
    says: 'browse-products.graphql',
  },
  {
    name: 'a new input field that must be given',
    edits: [[cart, 'input AddToCartInput {', 'input AddToCartInput {\n  "Why."\n  reason: String!']],
    clients: ['demo', 'playground'],
    says: 'Make it optional',
  },
  {
    name: 'a required input field that loses its default',
    edits: [[cart, '  quantity: Int! = 1\n', '  quantity: Int!\n']],
    clients: ['demo', 'playground'],
    says: 'Keep the default',
  },
  {
    name: 'an input field that goes',
    before: [[cart, 'input AddToCartInput {', `input AddToCartInput {\n  "Old."\n  old: Int ${gone}`]],
    edits: [],
    clients: ['demo', 'playground'],
    says: 'AddToCartInput',
  },
  {
    name: 'an enum value that a client may meet or send',
    edits: [[product, '  "The dearest first."\n  PRICE_DESC\n', '']],
    clients: ['playground'],
    says: 'PRICE_DESC',
  },
  {
    name: 'a rejection that a client knows',
    edits: [[order, '  | CartAlreadyOrdered\n', '']],
    clients: ['playground'],
    says: 'place-order.graphql',
  },
  {
    name: 'a rejection that is no UserError any more',
    edits: [[user, 'type TooManyAttempts implements UserError {', 'type TooManyAttempts {']],
    clients: ['demo', 'playground', 'tools'],
    says: 'TooManyAttempts',
  },
  {
    name: 'a mutation that goes with its types',
    edits: [
      [
        product,
        '  "Changes the stock by a difference, never to a number, so that two people counting cannot overwrite each other. Admins only."\n  adjustStock("What came or went, and why." input: AdjustStockInput!): AdjustStockResult!\n',
        '',
      ],
    ],
    clients: ['playground'],
    says: 'adjust-stock.graphql:3',
  },
  {
    name: 'a field that moves to another name',
    edits: [[payment, '  label: String!\n', '  title: String!\n']],
    clients: ['playground'],
    says: 'PaymentMethod',
  },
];

async function reviewChange({ before = [], edits }: Change) {
  const { problems, changes } = await review(editedGraph(edits), { name: 'the base', files: changedGraph(before) });
  // that the supergraph was not written is another test's matter
  const others = problems.filter(({ file }) => file !== 'schema/supergraph.graphql');
  return { problems: others, changes, rejected: changes.filter(({ verdict }) => verdict === 'rejected') };
}

describe('a change that breaks no client passes', () => {
  test.each(harmless)('$name', async (change) => {
    const { problems, changes, rejected } = await reviewChange(change);

    expect(rejected.map(({ message, because }) => `${message} ${because}`)).toEqual([]);
    expect(problems).toEqual([]);
    if (change.name !== 'a new operation') expect(changes).not.toEqual([]);
  });
});

describe('a change that breaks a client is rejected, with the name of the client', () => {
  test.each(breaking)('$name', async (change) => {
    const { problems, rejected } = await reviewChange(change);
    const told = JSON.stringify([problems, rejected]).replaceAll(/","line":(\d+)/g, ':$1');

    expect(problems.length + rejected.length).toBeGreaterThan(0);
    expect([...new Set(rejected.flatMap(({ uses }) => uses.map(({ client }) => client)))].sort()).toEqual(change.clients);
    expect(told).toContain(change.says);
  });
});

test('a supergraph that was not written is rejected, with the command that writes it', async () => {
  const { problems } = await review(editedGraph([[product, '"A category of the catalogue."', '"A shelf."']]), null);

  expect(problems).toEqual([
    expect.objectContaining({ file: 'schema/supergraph.graphql', message: expect.stringContaining('npm run compose') }),
  ]);
});
