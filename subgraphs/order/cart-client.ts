import { SpanKind } from '@opentelemetry/api';
import { Pool } from 'undici';
import { z } from 'zod';
import { AppError } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { inSpan } from '#platform/tracing/spans.ts';
import { currentTraceparent } from '#platform/tracing/trace-context.ts';

/** What is in a cart, at the prices the customer saw. */
export type Cart = {
  readonly id: string;
  readonly version: number;
  /** The order that was taken out of this cart last; null before the first. */
  readonly lastOrderId: string | null;
  /** The caller's order that was taken out of a cart last. */
  readonly lastOrderIdOfCaller: string | null;
  readonly lines: readonly {
    readonly productId: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitPrice: { readonly amount: number; readonly currency: 'EUR' };
  }[];
};

/** The one question that order asks another subgraph. */
export type CartClient = {
  /**
   * The caller's cart: the one with this id, or without an id the caller's own. Null when there is none that the caller may see.
   * @throws AppError UNAVAILABLE when cart does not answer twice within its time.
   */
  findCart(cartId: string | undefined, internalToken: string): Promise<Cart | null>;
  close(): Promise<void>;
};

// a line that is no longer sold is ordered like the others: product has the last word, and cancels with UNKNOWN_PRODUCT
const question = `query CartToOrder($id: ID) {
  cart(id: $id) { id version lastOrderId lastOrderIdOfCaller lines { productId name quantity unitPrice { amount currency } } }
}`;

const answerSchema = z.object({
  data: z.object({
    cart: z
      .object({
        id: z.uuid(),
        version: z.int(),
        lastOrderId: z.uuid().nullable(),
        lastOrderIdOfCaller: z.uuid().nullable(),
        lines: z.array(
          z.object({
            productId: z.uuid(),
            name: z.string(),
            quantity: z.int().min(1),
            unitPrice: z.object({ amount: z.int().min(1), currency: z.enum(['EUR']) }),
          }),
        ),
      })
      .nullable(),
  }),
  errors: z.undefined().optional(),
});

const attempts = 2;

/** Asks the cart subgraph at `url` (its /graphql); each of two attempts may take `timeoutMs`. */
export function createCartClient(options: { url: string; timeoutMs?: number; logger: Logger }): CartClient {
  const { origin, pathname, search } = new URL(options.url);
  const { timeoutMs = 2000 } = options;
  const pool = new Pool(origin, { connections: 32, connect: { timeout: timeoutMs } });

  const ask = async (cartId: string | undefined, internalToken: string): Promise<Cart | null> => {
    const traceparent = currentTraceparent();
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${internalToken}`,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
      body: JSON.stringify({ query: question, variables: { id: cartId ?? null } }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`cart answered with status ${statusCode}`);
    return answerSchema.parse(JSON.parse(text)).data.cart;
  };

  return {
    async findCart(cartId, internalToken) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await inSpan(
            'fetch cart',
            { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'cart', 'url.full': options.url } },
            () => ask(cartId, internalToken),
          );
        } catch (cause) {
          if (attempt < attempts) continue;
          options.logger.warn({ error: cause }, 'the cart subgraph does not answer');
          throw new AppError('UNAVAILABLE', 'Your cart cannot be asked at the moment. Nothing was ordered; try again soon.', { cause });
        }
      }
    },
    close: () => pool.destroy(),
  };
}
