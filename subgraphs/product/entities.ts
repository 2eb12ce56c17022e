import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

export const Category = defineEntity({
  name: 'Category',
  tableName: 'categories',
  properties: {
    slug: p.text().primary(),
    name: p.text(),
  },
});

export const Product = defineEntity({
  name: 'Product',
  tableName: 'products',
  checks: [
    { name: 'products_price_check', expression: '((price >= 1) AND (price <= 1000000))' },
    { name: 'products_available_check', expression: '(available >= 0)' },
    { name: 'products_version_check', expression: '(version >= 1)' },
  ],
  indexes: [
    { name: 'products_created_at_id_index', properties: ['createdAt', 'id'] },
    { name: 'products_price_id_index', properties: ['price', 'id'] },
    { name: 'products_category_slug_created_at_id_index', properties: ['category', 'createdAt', 'id'] },
    {
      name: 'products_name_key_id_index',
      expression: 'CREATE INDEX products_name_key_id_index ON products (name_key COLLATE "vi-x-icu", id)',
    },
    {
      name: 'products_search_index',
      expression: 'CREATE INDEX products_search_index ON products USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256)',
    },
    {
      name: 'products_sku_search_index',
      expression: `CREATE INDEX products_sku_search_index ON products USING gin ((' ' || lower(replace(sku, '-', ' ')) || ' ' || lower(replace(sku, '-', ''))) gin_trgm_ops) WITH (gin_pending_list_limit = 256)`,
    },
  ],
  properties: {
    id: p.uuid().primary(),
    /** Rises with the public state, which has the level of availability in it but not the number in stock. */
    version: p.integer().default(1),
    sku: p.text().unique('products_sku_unique'),
    slug: p.text().unique('products_slug_unique'),
    name: p.text(),
    description: p.text(),
    /** The words of the name as they are sorted; those of name, description and slug as they are searched, folded. */
    nameKey: p.text(),
    searchText: p.text(),
    category: () => p.manyToOne(Category).fieldName('category_slug').index(false),
    /** Minor units of EUR. */
    price: p.integer(),
    images: p.json<{ url: string; alt: string }[]>(),
    /** Free to be ordered; what is held or sold is in the reservations. */
    available: p.integer(),
    archived: p.boolean().default(false),
    /** The version that the last edit by a person made; a version in between is of orders, which take and give back the last pieces. */
    editedVersion: p.integer().default(1),
    /** The admin's user id. */
    editedBy: p.text().nullable(),
    editedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3).defaultRaw('now()'),
  },
});

/** What was decided about the stock of an order, and how the order ended: it makes handler twice, or in another order, harmless. */
export const OrderStock = defineEntity({
  name: 'OrderStock',
  tableName: 'order_stocks',
  checks: [
    { name: 'order_stocks_decision_check', expression: "(decision = ANY (ARRAY['RESERVED'::text, 'FAILED'::text]))" },
    { name: 'order_stocks_outcome_check', expression: "(outcome = ANY (ARRAY['PAID'::text, 'CLOSED'::text]))" },
  ],
  properties: {
    orderId: p.uuid().primary(),
    /** RESERVED or FAILED; null until order.created was handled. */
    decision: p.text().nullable(),
    /** PAID, or CLOSED for good when it was cancelled or refunded; null while it is under way. */
    outcome: p.text().nullable(),
  },
});

/** Pieces of a product that belong to an order: HELD until it is paid, COMMITTED from then on, RELEASED when they are available again. */
export const Reservation = defineEntity({
  name: 'Reservation',
  tableName: 'reservations',
  checks: [
    { name: 'reservations_quantity_check', expression: '(quantity >= 1)' },
    { name: 'reservations_state_check', expression: "(state = ANY (ARRAY['HELD'::text, 'COMMITTED'::text, 'RELEASED'::text]))" },
  ],
  indexes: [{ name: 'reservations_product_id_state_index', properties: ['product', 'state'] }],
  properties: {
    order: () => p.manyToOne(OrderStock).primary().fieldName('order_id').updateRule('no action').deleteRule('no action'),
    product: () => p.manyToOne(Product).primary().fieldName('product_id').updateRule('no action').deleteRule('no action'),
    quantity: p.integer(),
    state: p.text(),
  },
});

/** Each change of stock made by a person, with the reason. */
export const StockChange = defineEntity({
  name: 'StockChange',
  tableName: 'stock_changes',
  checks: [{ name: 'stock_changes_difference_check', expression: '(difference <> 0)' }],
  indexes: [{ name: 'stock_changes_product_id_at_index', properties: ['product', 'at'] }],
  properties: {
    id: p.uuid().primary(),
    product: () => p.manyToOne(Product).fieldName('product_id'),
    difference: p.integer(),
    reason: p.text(),
    /** The admin's user id. */
    changedBy: p.text(),
    at: p.datetime(3).defaultRaw('now()'),
  },
});

/** A picture that an admin gave to the shop. Its id is made of its bytes, so that none is kept twice and none ever changes. */
export const Picture = defineEntity({
  name: 'Picture',
  tableName: 'pictures',
  checks: [
    { name: 'pictures_type_check', expression: "(type = ANY (ARRAY['PNG'::text, 'JPEG'::text, 'WEBP'::text]))" },
    { name: 'pictures_bytes_check', expression: '(octet_length(bytes) <= 512000)' },
  ],
  properties: {
    id: p.text().primary(),
    type: p.text(),
    bytes: p.blob(),
    createdAt: p.datetime(3).defaultRaw('now()'),
  },
});

/** Requests that are carried out once, and the products that they were answered with. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  indexes: [{ name: 'idempotency_keys_used_at_index', properties: ['usedAt'] }],
  properties: {
    /** The admin's user id. */
    usedBy: p.text().primary(),
    key: p.text().primary(),
    requestHash: p.text(),
    productIds: p.json<string[]>(),
    usedAt: p.datetime(3).defaultRaw('now()'),
  },
});

export const entities = [Category, Product, OrderStock, Reservation, StockChange, Picture, IdempotencyKey, ...eventLogEntities];
