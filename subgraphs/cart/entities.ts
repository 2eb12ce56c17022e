import { defineEntity, p } from '@mikro-orm/postgresql';
import { eventLogEntities } from '#kafka/tables.ts';

/** The cart's own copy of what it needs of a product, as of its newest event; never deleted, since carts refer to it. */
export const ProductCopy = defineEntity({
  name: 'ProductCopy',
  tableName: 'product_copies',
  checks: [
    { name: 'product_copies_price_check', expression: '((price >= 0) AND (price <= 1000000))' },
    {
      name: 'product_copies_availability_check',
      expression: "(availability = ANY (ARRAY['IN_STOCK'::text, 'LOW_STOCK'::text, 'OUT_OF_STOCK'::text]))",
    },
  ],
  properties: {
    id: p.uuid().primary(),
    version: p.integer(),
    name: p.text(),
    /** Minor units of EUR. */
    price: p.integer(),
    availability: p.text(),
    archived: p.boolean(),
  },
});

/** One for each customer; a guest's has no user and is found by its id, which cannot be guessed. */
export const Cart = defineEntity({
  name: 'Cart',
  tableName: 'carts',
  checks: [{ name: 'carts_version_check', expression: '(version >= 1)' }],
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid().nullable().unique('carts_user_id_unique'),
    /** Rises with each change of the lines, and of the name, the price or the sale of a product in them. */
    version: p.integer().default(1),
    createdAt: p.datetime(3).defaultRaw('now()'),
    updatedAt: p.datetime(3).defaultRaw('now()').index('carts_updated_at_index'),
  },
});

export const CartLine = defineEntity({
  name: 'CartLine',
  tableName: 'cart_lines',
  checks: [
    { name: 'cart_lines_quantity_check', expression: '((quantity >= 1) AND (quantity <= 99))' },
    { name: 'cart_lines_price_when_added_check', expression: '(price_when_added >= 0)' },
  ],
  properties: {
    cart: () => p.manyToOne(Cart).primary().fieldName('cart_id').updateRule('no action').deleteRule('cascade'),
    product: () =>
      p
        .manyToOne(ProductCopy)
        .primary()
        .fieldName('product_id')
        .updateRule('no action')
        .deleteRule('no action')
        .index('cart_lines_product_id_index'),
    quantity: p.integer(),
    /** Minor units of EUR, when it was last put in. */
    priceWhenAdded: p.integer(),
    /** Lines are shown in the order in which they were put in. */
    position: p.integer(),
  },
});

/** Where the cart of a guest went: claiming twice changes nothing, and an order from it still finds what to take out. */
export const CartClaim = defineEntity({
  name: 'CartClaim',
  tableName: 'cart_claims',
  properties: {
    guestCartId: p.uuid().primary(),
    userId: p.uuid(),
    claimedAt: p.datetime(3).defaultRaw('now()'),
  },
});

/** Orders whose events arrived: each is taken out of its cart once, in whichever order its events arrive and however often. */
export const TakenOrder = defineEntity({
  name: 'TakenOrder',
  tableName: 'taken_orders',
  properties: {
    orderId: p.uuid().primary(),
    takenAt: p.datetime(3).defaultRaw('now()'),
    /** Out of which cart; null when there was none, or when the order was cancelled before its first event arrived. */
    cartId: p.uuid().nullable(),
  },
});

/** What is being bought: held for its order until it is paid or cancelled. */
export const HeldLine = defineEntity({
  name: 'HeldLine',
  tableName: 'held_lines',
  checks: [
    { name: 'held_lines_quantity_check', expression: '((quantity >= 1) AND (quantity <= 99))' },
    { name: 'held_lines_price_when_added_check', expression: '(price_when_added >= 0)' },
  ],
  indexes: [{ name: 'held_lines_waits_for_index', properties: ['waitsFor'], where: 'waits_for IS NOT NULL' }],
  properties: {
    order: () => p.manyToOne(TakenOrder).primary().fieldName('order_id').updateRule('no action').deleteRule('cascade'),
    product: () => p.manyToOne(ProductCopy).primary().fieldName('product_id').updateRule('no action').deleteRule('no action'),
    quantity: p.integer(),
    /** Minor units of EUR, when it was last put in. */
    priceWhenAdded: p.integer(),
    position: p.integer(),
    /** The cart in which there was no room for it when its order was cancelled; null while the order is under way. */
    waitsFor: p.uuid().nullable(),
  },
});

/** The order whose event arrived last, by the cart that it names and by its customer: the next one is placed only when this one is known. */
export const LastOrder = defineEntity({
  name: 'LastOrder',
  tableName: 'last_orders',
  properties: {
    /** The id of a cart, or of a user. */
    key: p.uuid().primary(),
    orderId: p.uuid(),
  },
});

/** Whose account is closed: there is no cart for them any more. */
export const ClosedAccount = defineEntity({
  name: 'ClosedAccount',
  tableName: 'closed_accounts',
  properties: {
    userId: p.uuid().primary(),
    closedAt: p.datetime(3).defaultRaw('now()'),
  },
});

export const entities = [ProductCopy, Cart, CartLine, CartClaim, TakenOrder, HeldLine, LastOrder, ClosedAccount, ...eventLogEntities];
