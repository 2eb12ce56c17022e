import { createHash } from 'node:crypto';
import pg from 'pg';
import { databaseUrl } from '../../dev/environment.ts';

/** Where rows are written: the server of a shop that nobody else uses. */
export type Server = { readonly postgresUrl: string };
/** The rows `first` to `last`, of each kind: products, orders with their customers and payments, carts of guests. */
export type Rows = { readonly first: number; readonly last: number };

/** An id that says of which row it is, of this kind; ids of a table do not meet. */
const id = (kind: string, n: string) => `('0190${kind}-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
const product = (n: string) => id('0001', n);
const order = (n: string) => id('0002', n);
const customer = (n: string) => id('0003', n);
const cart = (n: string) => id('0004', n);

/** Five orders a customer. */
const customerOf = (n: string) => `1 + (${n}) / 5`;
/** What few rows have, as the rest of names. Five letters of a hash: some ten in a million. */
const rare = (n: string) => `substr(md5((${n})::text), 1, 5)`;
export const materials = ['oak', 'beech', 'linen', 'silk', 'stoneware', 'bamboo', 'brass', 'cotton'] as const;
const oneOf = (values: readonly string[], n: string) =>
  `(ARRAY[${values.map((value) => `'${value}'`).join(',')}])[1 + (${n}) % ${values.length}]`;
export const categoryCount = 40;
const status = (n: string) =>
  `CASE WHEN ${n} % 20 = 0 THEN 'CANCELLED' WHEN ${n} % 50 = 1 THEN 'PAID' WHEN ${n} % 50 = 2 THEN 'SHIPPED' ELSE 'DELIVERED' END`;
const reasons = ['OUT_OF_STOCK', 'PAYMENT_DECLINED', 'TIMED_OUT', 'BY_CUSTOMER'];
const orderNumber = (n: string) => `'M-' || upper(lpad(to_hex(${n}), 8, '0'))`;

const statements: Readonly<Record<'product' | 'cart' | 'order' | 'payment', readonly string[]>> = {
  product: [
    `INSERT INTO categories (slug, name) SELECT 'growth-' || n, 'Growth ' || n FROM generate_series(0, ${categoryCount - 1}) AS n ON CONFLICT DO NOTHING`,
    `INSERT INTO products (id, sku, slug, name, description, name_key, search_text, category_slug, price, images, available, created_at)
     SELECT ${product('n')}, 'GROW-' || n, 'growth-' || n, material || ' ' || rare || ' ' || n, 'Made of ' || material, material || ' ' || rare || ' ' || n,
       ' ' || material || ' ' || rare || ' ' || n || ' made of ' || material || ' growth ' || n, 'growth-' || n % ${categoryCount}, 100 + n % 90000, '[]',
       CASE n % 100 WHEN 0 THEN 0 ELSE 1000 END, now() - n * interval '1 second'
     FROM (SELECT n, ${oneOf(materials, 'n')} AS material, ${rare('n')} AS rare FROM generate_series($1::bigint, $2::bigint) AS n) AS row`,
    'ANALYZE products, categories',
  ],
  cart: [
    `INSERT INTO product_copies (id, version, name, price, availability, archived)
     SELECT ${product('n')}, 1, ${oneOf(materials, 'n')} || ' ' || ${rare('n')} || ' ' || n, 100 + n % 90000, CASE n % 100 WHEN 0 THEN 'OUT_OF_STOCK' ELSE 'IN_STOCK' END, false
     FROM generate_series($1::bigint, $2::bigint) AS n`,
    `INSERT INTO carts (id) SELECT ${cart('n')} FROM generate_series($1::bigint, $2::bigint) AS n`,
    `INSERT INTO cart_lines (cart_id, product_id, quantity, price_when_added, position)
     SELECT ${cart('n')}, ${product('n')}, 1, 100 + n % 90000, 0 FROM generate_series($1::bigint, $2::bigint) AS n`,
    'ANALYZE product_copies, carts, cart_lines',
  ],
  order: [
    `INSERT INTO customers (user_id, version, search_text)
     SELECT ${customer('n')}, 1, ${rare('n')} || ' ' || ${rare('n')} || '@example.com' FROM generate_series(${customerOf('$1::bigint')}, ${customerOf('$2::bigint')}) AS n ON CONFLICT DO NOTHING`,
    `INSERT INTO orders (id, number, user_id, status, version, total_amount, currency, payment_method_id, cart_id, cart_version, idempotency_key, request_hash,
       shipping_address, placed_at, cancel_reason, search_text)
     SELECT ${order('n')}, ${orderNumber('n')}, ${customer(customerOf('n'))}, ${status('n')}, 3, 100 + n % 90000, 'EUR', 'card-ok', ${cart('n')}, 1, 'growth-' || n, '',
       '{"name":"Growth Customer","line1":"1 Lantern Street","city":"Hội An","postalCode":"560000","country":"VN"}', now() - n * interval '1 second',
       CASE ${status('n')} WHEN 'CANCELLED' THEN ${oneOf(reasons, 'n / 20')} END, lower(${orderNumber('n')}) || ' ' || lower(replace(${orderNumber('n')}, '-', '')) || ' growth customer'
     FROM generate_series($1::bigint, $2::bigint) AS n`,
    `INSERT INTO order_lines (order_id, position, product_id, name, quantity, unit_price)
     SELECT ${order('n')}, 0, ${product('n')}, ${oneOf(materials, 'n')}, 1, 100 + n % 90000 FROM generate_series($1::bigint, $2::bigint) AS n`,
    `INSERT INTO order_history (order_id, version, status, at, cause)
     SELECT ${order('n')}, version, CASE version WHEN 1 THEN 'PENDING' WHEN 2 THEN 'AWAITING_PAYMENT' ELSE ${status('n')} END, now() - n * interval '1 second' + version * interval '1 ms', 'event'
     FROM generate_series($1::bigint, $2::bigint) AS n, generate_series(1, 3) AS version`,
    'ANALYZE customers, orders, order_lines, order_history',
  ],
  payment: [
    `INSERT INTO payments (id, order_id, user_id, amount, currency, method_id, status, reserved_at, provider_charge_id)
     SELECT ${id('0005', 'n')}, ${order('n')}, ${customer(customerOf('n'))}, 100 + n % 90000, 'EUR', 'card-ok', 'CAPTURED', now(), 'growth-' || n
     FROM generate_series($1::bigint, $2::bigint) AS n WHERE n % 20 <> 0`,
    'ANALYZE payments',
  ],
};

/** Adds rows to all databases at once, each table in one statement. They were published by no event: what is built from events does not know of them. */
export async function addRows({ postgresUrl }: Server, { first, last }: Rows): Promise<void> {
  await Promise.all(
    Object.entries(statements).map(async ([subgraph, texts]) => {
      const client = new pg.Client({ connectionString: databaseUrl(postgresUrl, `marigold_${subgraph}`) });
      await client.connect();
      try {
        // they are measured, not kept
        await client.query('SET synchronous_commit = off');
        for (const text of texts) await client.query(text, text.includes('$1') ? [first, last] : []);
      } finally {
        await client.end();
      }
    }),
  );
}

/** The word in the name of a product that few others have. */
export const rareWord = (n: number): string => createHash('md5').update(String(n)).digest('hex').slice(0, 5);
/** What a row is asked for by; they are made in the same way as in the statements. */
export const productId = (n: number): string => idOf('0001', n);
export const orderId = (n: number): string => idOf('0002', n);
export const cartId = (n: number): string => idOf('0004', n);
const idOf = (kind: string, n: number) => `0190${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
