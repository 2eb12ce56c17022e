import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { contracts as contractsOfEvents } from '#kafka/contracts.ts';
import { needs } from '#tests/support/needs.ts';
import type { Finding } from '../checks/findings.ts';
import { type CheckoutCopy, copyCheckout, type Edit } from './checkout-copy.ts';

const { describe, test } = needs('git');
let copy: CheckoutCopy;
beforeAll(() => {
  copy = copyCheckout();
}, 60_000);
afterEach(() => copy.restore());
afterAll(() => copy.remove());

const contracts = 'kafka/contracts.ts';
const allEvents = `${Object.keys(contractsOfEvents).length} events`;
const inContracts = (from: string, to: string): Edit => ({ file: contracts, from, to });
const cartReads = "['orderId', 'userId', 'cartId', 'lines']";
const soldOut = `  'product.sold-out': { publisher: 'product', topic: 'catalogue', about: 'The last one is gone.', data: z.object({ productId: id }) },
  'user.registered': {`;

type Case = readonly [
  what: string,
  verdict: 'breaking' | 'dangerous' | 'safe' | 'nothing',
  says: readonly string[],
  edits: readonly Edit[],
];

const changesOfEvents: readonly Case[] = [
  [
    'an optional field comes',
    'safe',
    ['order.created', 'giftNote is new, and optional'],
    [inContracts('paymentMethodId: z.string(),', 'paymentMethodId: z.string(), giftNote: z.string().optional(),')],
  ],
  [
    'an optional field comes deep inside',
    'safe',
    ['data.lines[].colour is new'],
    [inContracts('name: z.string(), quantity, unitPrice', 'name: z.string(), colour: z.string().optional(), quantity, unitPrice')],
  ],
  ['a new type comes', 'safe', ['product.sold-out is new'], [inContracts("  'user.registered': {", soldOut)]],
  ['a description is improved', 'nothing', [allEvents], [inContracts('The order was charged, once.', 'The order was charged.')]],
  [
    'a service subscribes to one more type',
    'nothing',
    [allEvents],
    [
      {
        file: 'subgraphs/payment/events.ts',
        from: '  return [',
        to: "  return [\n    on('order.shipped', ['orderId'], async () => {}),",
      },
    ],
  ],
  [
    'a service reads one field less',
    'nothing',
    [allEvents],
    [{ file: 'subgraphs/cart/events.ts', from: cartReads, to: "['orderId', 'userId', 'lines']" }],
  ],
  [
    'the code of the contracts is arranged in another way',
    'nothing',
    [allEvents],
    [
      inContracts(
        'const money = z.object({ amount: minorUnits, currency',
        'const money = z.object({ amount: z.int().min(0).max(2_147_483_647), currency',
      ),
    ],
  ],
  [
    'an enum gets a value',
    'dangerous',
    ['data.reason can be FRAUD', 'mail, gateway'],
    [inContracts("'TIMED_OUT', 'BY_CUSTOMER'", "'TIMED_OUT', 'BY_CUSTOMER', 'FRAUD'")],
  ],
  [
    'a limit is loosened',
    'dangerous',
    ['data.lines[].quantity: minimum was 1 and is 0', 'cart'],
    [inContracts('const quantity = z.int().min(1)', 'const quantity = z.int().min(0)')],
  ],
  [
    'a required field comes',
    'breaking',
    ['order.paid', 'vatId is new and required', 'cart', 'product', 'mail'],
    [inContracts("orderState('PAID').extend({", "orderState('PAID').extend({ vatId: z.string(),")],
  ],
  [
    'a field with a reader is removed',
    'breaking',
    ['payment reads paymentMethodId of order.created, which order does not fill', 'subgraphs/payment/events.ts:'],
    [inContracts('      paymentMethodId: z.string(),\n', '')],
  ],
  [
    'a field without a reader is removed',
    'breaking',
    ['order.created: data.placedAt is gone'],
    [inContracts('      placedAt: timestamp,\n    }),', '    }),')],
  ],
  [
    'a field is no longer always filled',
    'breaking',
    ['data.number is no longer always filled', 'mail', 'gateway'],
    [inContracts('orderId: id, number: z.string()', 'orderId: id, number: z.string().optional()')],
  ],
  [
    'an optional field becomes required',
    'breaking',
    ['data.previousEmail became required', 'mail'],
    [inContracts('previousEmail: z.string().optional()', 'previousEmail: z.string()')],
  ],
  [
    'a field gets another type',
    'breaking',
    ['data.version: type was "integer" and is "string"', 'cart', 'mail'],
    [inContracts('const version = z.int().min(1)', 'const version = z.string()')],
  ],
  ['a field may be null', 'breaking', ['data.slug'], [inContracts('slug: z.string()', 'slug: z.string().nullable()')]],
  [
    'an enum loses a value',
    'breaking',
    ['data.availability can no longer be LOW_STOCK', 'cart', 'gateway'],
    [inContracts("'IN_STOCK', 'LOW_STOCK', 'OUT_OF_STOCK'", "'IN_STOCK', 'OUT_OF_STOCK'")],
  ],
  [
    'a limit is tightened',
    'breaking',
    ['data.version: minimum was 1 and is 2'],
    [inContracts('const version = z.int().min(1)', 'const version = z.int().min(2)')],
  ],
  [
    'a type changes its topic',
    'breaking',
    ['payment.refunded: its topic was checkout and is accounts'],
    [
      inContracts(
        "'payment.refunded': {\n    publisher: 'payment',\n    topic: 'checkout'",
        "'payment.refunded': {\n    publisher: 'payment',\n    topic: 'accounts'",
      ),
    ],
  ],
  [
    'a type changes its publisher',
    'breaking',
    ['inventory.reserved: its publisher was product and is order', 'payment'],
    [inContracts("'inventory.reserved': {\n    publisher: 'product'", "'inventory.reserved': {\n    publisher: 'order'")],
  ],
  [
    'a topic changes its key',
    'breaking',
    ['its key was product id and is sku'],
    [{ file: 'kafka/topics.ts', from: "key: 'product id'", to: "key: 'sku'" }],
  ],
  [
    'a type with subscribers goes',
    'breaking',
    ['cart subscribes to product.archived, which no service publishes', 'product.archived is gone, and still has subscribers'],
    [
      inContracts(
        "  'product.archived': { publisher: 'product', topic: 'catalogue', about: 'A product is no longer sold.', data: productState },\n",
        '',
      ),
    ],
  ],
  [
    'a service reads a field that no service fills',
    'breaking',
    ['cart reads colour of order.created', 'subgraphs/cart/events.ts:'],
    [{ file: 'subgraphs/cart/events.ts', from: cartReads, to: "['orderId', 'colour']" }],
  ],
];

const migration = (up: string, down = 'ALTER TABLE carts DROP COLUMN note'): Edit => ({
  file: 'subgraphs/cart/migrations/20991231000000-next.ts',
  text: `import { Migration } from '@mikro-orm/migrations';

export class Next extends Migration {
  override up(): void {
    this.addSql(\`${up}\`);
  }

  override down(): void {
    this.addSql('${down}');
  }
}
`,
});
const init = 'subgraphs/cart/migrations/20261122000000-init.ts';

const changesOfTables: readonly Case[] = [
  ['a column that may be null', 'safe', ['carts.note is new'], [migration('ALTER TABLE carts ADD COLUMN note text')]],
  ['a column with a default', 'safe', ['carts.note is new'], [migration("ALTER TABLE carts ADD COLUMN note text NOT NULL DEFAULT ''")]],
  ['a column that counts itself', 'safe', ['carts.note is new'], [migration('ALTER TABLE carts ADD COLUMN note bigserial NOT NULL')]],
  ['a new table, changed at once', 'nothing', ['migrations;'], [migration('CREATE TABLE notes (a int); ALTER TABLE notes DROP COLUMN a')]],
  ['an index', 'nothing', ['migrations;'], [migration('CREATE INDEX carts_x ON carts (version)')]],
  [
    'an index that rejects doubles',
    'dangerous',
    ['carts gets a unique index'],
    [migration('CREATE UNIQUE INDEX carts_x ON carts (version)')],
  ],
  ['a check', 'dangerous', ['carts gets a constraint'], [migration('ALTER TABLE carts ADD CONSTRAINT x CHECK (version < 9)')]],
  [
    'a column that must be filled',
    'breaking',
    ['carts.note is new and NOT NULL without a default', 'Give it a DEFAULT'],
    [migration('ALTER TABLE carts ADD COLUMN note text NOT NULL')],
  ],
  [
    'a dropped column',
    'breaking',
    ['carts.user_id is dropped', 'subgraphs/cart/cart-lines.ts of the release before', '20991231000000-next.ts:5'],
    [migration('ALTER TABLE carts DROP COLUMN user_id')],
  ],
  [
    'a renamed column',
    'breaking',
    ['carts.user_id is renamed to owner', 'Add the new one beside it'],
    [migration('ALTER TABLE carts RENAME COLUMN user_id TO owner')],
  ],
  ['a renamed table', 'breaking', ['the table carts is renamed to baskets'], [migration('ALTER TABLE carts RENAME TO baskets')]],
  ['a dropped table', 'breaking', ['the table cart_lines is dropped'], [migration('DROP TABLE cart_lines')]],
  ['another type', 'breaking', ['carts.version gets another type'], [migration('ALTER TABLE carts ALTER COLUMN version TYPE bigint')]],
  [
    'a column that may no longer be null',
    'breaking',
    ['carts.user_id may no longer be null', '@filled'],
    [migration('ALTER TABLE carts ALTER COLUMN user_id SET NOT NULL')],
  ],
  [
    'a lost default',
    'breaking',
    ['carts.updated_at loses its default'],
    [migration('ALTER TABLE carts ALTER COLUMN updated_at DROP DEFAULT')],
  ],
  [
    'a migration that is rewritten',
    'breaking',
    [init, 'was rewritten after its release'],
    [{ file: init, from: 'override up', to: '/* */ override up' }],
  ],
  ['a migration that goes', 'breaking', [init, 'is gone'], [{ file: init, gone: true }]],
  [
    'a migration without a way back',
    'breaking',
    ['has no way back'],
    [
      {
        ...migration('SELECT 1'),
        text: "import { Migration } from '@mikro-orm/migrations';\nexport class Next extends Migration { override up(): void { this.addSql('SELECT 1'); } }\n",
      },
    ],
  ],
];

const evaluate = (script: string, verdict: Case[1], says: readonly string[]) => {
  const { code, stdout, output } = copy.run(script, '--json');
  expect({ code, output: code === 2 ? output : '' }).toEqual({ code: verdict === 'breaking' ? 1 : 0, output: '' });
  const { findings, rejected, passed } = JSON.parse(stdout) as { findings: Finding[]; rejected: boolean; passed: string };
  const worst = ['breaking', 'dangerous', 'safe'].find((level) => findings.some((finding) => finding.verdict === level)) ?? 'nothing';
  expect({ worst, rejected }).toEqual({ worst: verdict, rejected: verdict === 'breaking' });
  const said = findings.map(({ file, line, what, who, instead }) => `${file}:${line} ${what} ${who.join(', ')} ${instead}`);
  for (const words of says) expect([passed, ...said].join('\n')).toContain(words);
};

describe('npm run events', () => {
  test.each(changesOfEvents)('%s: %s', (_what, verdict, says, edits) => {
    copy.edit(edits);
    copy.run('kafka/write-contracts.ts');
    evaluate('tools/check-events.ts', verdict, says);
  });

  test('rejects schemas that are not what the contracts say, with the command that writes them', () => {
    copy.edit([inContracts('The order was charged, once.', 'The order was charged.')]);
    evaluate('tools/check-events.ts', 'breaking', ['kafka/contracts/payment.succeeded.json', 'npm run contracts']);
  });

  test('lets a type go that has no subscriber', () => {
    copy.edit([inContracts("  'user.registered': {", soldOut)]);
    copy.run('kafka/write-contracts.ts');
    copy.commit();
    copy.edit([inContracts(soldOut, "  'user.registered': {")]);
    copy.run('kafka/write-contracts.ts');
    evaluate('tools/check-events.ts', 'safe', ['product.sold-out is gone; it has no subscriber']);
  });

  test.each<[string, Edit, string]>([
    ['a contract that throws', inContracts("'order.created': {", "'order.created': nowhere as never, 'x': {"), 'kafka/contracts.ts:'],
    ['a contract that is no TypeScript', inContracts('export const contracts = {', 'export const contracts = {{'), 'kafka/contracts.ts'],
    [
      'an events.ts that throws',
      { file: 'subgraphs/cart/events.ts', from: 'export const publishes', to: 'nowhere();\nexport const publishes' },
      'subgraphs/cart/events.ts:',
    ],
    [
      'an events.ts without subscriptions',
      { file: 'subgraphs/cart/events.ts', text: 'export const publishes = [];\n' },
      'subgraphs/cart/events.ts',
    ],
  ])('cannot check %s, and reports that in one sentence with its file', (_what, edit, place) => {
    copy.edit([edit]);
    const { code, output } = copy.run('tools/check-events.ts');

    expect(code).toBe(2);
    expect(output.startsWith(place)).toBe(true);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  test('reports to GitHub with annotations and a table', () => {
    const summary = join(copy.folder, 'summary.md');
    copy.edit([inContracts('slug: z.string()', 'slug: z.int()')]);
    copy.run('kafka/write-contracts.ts');
    const { output } = copy.runWith({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }, 'tools/check-events.ts');

    expect(output).toMatch(/^::error file=kafka\/contracts\.ts,line=\d+,title=events::product\.created: data\.slug/m);
    expect(readFileSync(summary, 'utf8')).toContain('## events: rejected');
  });
});

describe('npm run migrations', () => {
  test('reports in the terminal what breaks, where, for whom, and how to do it instead', () => {
    copy.edit([migration('ALTER TABLE carts RENAME COLUMN user_id TO owner')]);
    const { code, output } = copy.run('tools/check-migrations.ts');

    expect(code).toBe(1);
    expect(output).toContain(
      '20991231000000-next.ts:5 the column carts.user_id is renamed to owner. Concerns subgraphs/cart/cart-lines.ts',
    );
    expect(output).toContain('    Add the new one beside it, write both, and let the old one leave in a later release.\n');
  });

  test.each(changesOfTables)('%s: %s', (_what, verdict, says, edits) => {
    copy.edit(edits);
    evaluate('tools/check-migrations.ts', verdict, says);
  });

  test('lets a column go that the release before had marked and did not use', () => {
    copy.edit([
      {
        file: 'subgraphs/cart/entities.ts',
        from: '  properties: {',
        to: '  properties: {\n    /** @deprecated Nobody asks for it. */\n    oldNote: p.text().nullable(),',
      },
    ]);
    copy.commit();
    copy.edit([migration('ALTER TABLE carts DROP COLUMN old_note')]);
    evaluate('tools/check-migrations.ts', 'safe', ['carts.old_note is dropped; the release before does not use it']);
  });

  test('cannot check what is no SQL, and reports where', () => {
    copy.edit([migration('ALTER TABEL carts')]);
    const { code, output } = copy.run('tools/check-migrations.ts');

    expect(code).toBe(2);
    expect(output).toMatch(/^subgraphs\/cart\/migrations\/20991231000000-next\.ts:5 It is no SQL that PostgreSQL knows: .*\n$/);
  });
});

describe.each(['tools/check-schema.ts', 'tools/check-events.ts', 'tools/check-migrations.ts'])('%s', (script) => {
  test('rejects an option that does not exist in one sentence', () => {
    expect(copy.run(script, '--bsae', 'main')).toMatchObject({ code: 2, stdout: '', output: "Unknown option '--bsae'. See --help.\n" });
  });

  test('explains its exit codes', () => {
    const { code, stdout } = copy.run(script, '--help');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^npm run (schema|events|migrations) +\S/);
    expect(stdout).toContain('Exit code 0: compatible. 1: a breaking change. 2: the check could not run.');
  });

  test('says to programs and to GitHub that it could not run', () => {
    const { code, stdout } = copy.run(script, '--base', 'nowhere', '--json');

    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ failed: true, message: expect.stringContaining('nowhere') });
    expect(copy.run(script, '--base', 'nowhere', '--github').stdout).toMatch(/^::error title=\w+::There is no base "nowhere" here/);
  });

  test('cannot evaluate against a base that does not exist', () => {
    const { code, output } = copy.run(script, '--base', 'nowhere');

    expect(code).toBe(2);
    expect(output).toContain('nowhere');
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  test('cannot evaluate in a shallow clone that does not hold the base', () => {
    copy.commit();
    const { code, output } = inShallowClone(script);

    expect(code).toBe(2);
    expect(output).toContain('shallow');
  });
});

function inShallowClone(script: string) {
  copy.git('clone', '-q', '--depth', '1', '--branch', 'main', `file://${copy.folder}`, 'shallow');
  return copy.run(join('shallow', script), '--base', 'HEAD~1');
}
