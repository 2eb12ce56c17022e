import { randomUUID } from 'node:crypto';
import type {
  AddToCartMutation,
  CatalogueQuery,
  CheckoutQuery,
  LogInMutation,
  OrderStatusSubscription,
  PlaceOrderMutation,
  ProductQuery,
  RefreshSessionMutation,
  RegisterMutation,
} from '#schema/operations/storefront.types.ts';
import { type Connection, RequestFailed } from './connection.ts';
import type { Measurements, Step } from './measurements.ts';
import { operations } from './operations.ts';

/** A rule of the shop that said no. */
export class Rejected extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The shop rejected: ${code}.`);
    this.code = code;
  }
}

export type Account = { readonly username: string; readonly password: string };

/** An order that the shop acknowledged, and the versions of it that its customer was sent, in their order. */
export type Acknowledged = {
  readonly orderId: string;
  readonly idempotencyKey: string;
  readonly steps: { version: number; status: string }[];
};

const cancelled = 'CANCELLED';
const isSettled = new Set(['PAID', cancelled]);
const shippingAddress = { name: 'Load Customer', line1: '1 Lantern Street', city: 'Hội An', postalCode: '560000', country: 'VN' };
/** Access tokens live for 15 minutes. */
const renewAfterMs = 10 * 60_000;
const mostTries = 5;

type Session = { readonly accessToken: string; readonly refreshToken: string };
type Cart = Pick<NonNullable<CheckoutQuery['cart']>, 'version' | 'total' | 'itemCount'>;

/** One customer with their browser. Every method that asks the shop throws RequestFailed, or Rejected when a rule of the shop says no. */
export class LoadCustomer {
  readonly account: Account;
  readonly #connection: Connection;
  readonly #measurements: Measurements;
  readonly #acknowledge: (order: Acknowledged) => void;
  #session: { readonly refreshToken: string; readonly sinceMs: number } | null = null;

  constructor(account: Account, connection: Connection, measurements: Measurements, acknowledge: (order: Acknowledged) => void) {
    this.account = account;
    this.#connection = connection;
    this.#measurements = measurements;
    this.#acknowledge = acknowledge;
  }

  async register(): Promise<void> {
    const { username, password } = this.account;
    const input = { email: `${username}@example.com`, username, password };
    const { register } = await this.#timed('register', () => this.#connection.ask<RegisterMutation>(operations.register, { input }));
    this.#enter(register);
  }

  async logIn(): Promise<void> {
    const { username: login, password } = this.account;
    const { logIn } = await this.#timed('log in', () =>
      this.#connection.ask<LogInMutation>(operations.logIn, { input: { login, password } }),
    );
    this.#enter(logIn);
  }

  /** Renews the session before its access token ends. */
  async stayLoggedIn(): Promise<void> {
    if (this.#session === null || performance.now() - this.#session.sinceMs < renewAfterMs) return;
    const input = { refreshToken: this.#session.refreshToken };
    const { refreshSession } = await this.#connection.ask<RefreshSessionMutation>(operations.refreshSession, { input });
    this.#enter(refreshSession);
  }

  #enter(answer: { readonly __typename: string; readonly session?: Session }): void {
    if (!answer.session) throw new Rejected(answer.__typename);
    this.#connection.authenticate(answer.session.accessToken);
    this.#session = { refreshToken: answer.session.refreshToken, sinceMs: performance.now() };
  }

  async list(sort: 'NEWEST' | 'NAME' | 'PRICE_ASC' | 'PRICE_DESC'): Promise<void> {
    await this.#timed('list', () => this.#connection.ask<CatalogueQuery>(operations.catalogue, { first: 24, sort }));
  }

  async search(text: string): Promise<void> {
    await this.#timed('search', () => this.#connection.ask<CatalogueQuery>(operations.catalogue, { first: 24, search: text }));
  }

  async lookAt(productId: string): Promise<void> {
    await this.#timed('product', () => this.#connection.ask<ProductQuery>(operations.product, { id: productId }));
  }

  async addToCart(productId: string): Promise<Cart> {
    const input = { productId, quantity: 1 };
    const { addToCart } = await this.#timed('add to cart', () => this.#connection.ask<AddToCartMutation>(operations.addToCart, { input }));
    if (addToCart.__typename !== 'AddToCartSuccess') throw new Rejected(addToCart.code);
    return addToCart.cart;
  }

  async emptyCart(): Promise<void> {
    await this.#connection.ask(operations.clearCart, { input: {} });
  }

  /** The page on which one pays. */
  async checkOut(): Promise<Cart> {
    const { cart } = await this.#timed('check out', () => this.#connection.ask<CheckoutQuery>(operations.checkout, {}));
    if (cart === null) throw new Rejected('CART_EMPTY');
    return cart;
  }

  /**
   * Buys the cart as it was seen. Where it is another by then, as when the order before leaves it a moment late, its customer looks at it and
   * agrees, as on the page.
   */
  async placeOrder(seen: Cart): Promise<{ readonly orderId: string; readonly answeredMs: number; readonly order: Acknowledged }> {
    let cart = seen;
    const idempotencyKey = randomUUID();
    for (let tries = 1; ; tries += 1) {
      const agreed = { cartVersion: cart.version, expectedTotal: { amount: cart.total.amount, currency: cart.total.currency } };
      const input = { idempotencyKey, ...agreed, paymentMethodId: 'card-ok', shippingAddress };
      const { placeOrder } = await this.#timed('place order', () =>
        this.#connection.ask<PlaceOrderMutation>(operations.placeOrder, { input }),
      );
      if (placeOrder.__typename === 'PlaceOrderSuccess') {
        const order: Acknowledged = { orderId: placeOrder.order.id, idempotencyKey, steps: [] };
        this.#acknowledge(order);
        return { orderId: order.orderId, answeredMs: performance.now(), order };
      }
      if (placeOrder.__typename !== 'CartChanged' || tries === mostTries || !placeOrder.cart?.itemCount)
        throw new Rejected(placeOrder.code);
      this.#measurements.rejected('CART_CHANGED, asked again');
      cart = placeOrder.cart;
    }
  }

  /** Follows the order on the WebSocket until it is paid. @throws Rejected when it is cancelled */
  async waitUntilPaid(order: Acknowledged, answeredMs: number): Promise<void> {
    for await (const { orderStatus } of this.#connection.follow<OrderStatusSubscription>(operations.orderStatus, {
      orderId: order.orderId,
    })) {
      if (!orderStatus) continue;
      const { version, status, cancelReason } = orderStatus;
      order.steps.push({ version, status });
      if (!isSettled.has(status)) continue;
      if (status === cancelled) throw new Rejected(`CANCELLED: ${cancelReason ?? 'no reason'}`);
      this.#measurements.took('paid', performance.now() - answeredMs);
      this.#measurements.paid();
      return;
    }
    throw new RequestFailed('SUBSCRIPTION_ENDED', 'The subscription ended before the order did.');
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #timed<T>(step: Step, act: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await act();
    this.#measurements.took(step, performance.now() - begun);
    return result;
  }
}
