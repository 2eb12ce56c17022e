import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { needs } from '#tests/support/needs.ts';
import { attributeOf, type ReceivedSpan, startOtlpReceiver } from '#tests/support/otlp-receiver.ts';
import { createCustomer, createProduct } from '#tools/demo/scene.ts';
import { serviceNames } from '#tools/dev/services.ts';
import { withOwnShop } from './own-shop.ts';

jest.setTimeout(150_000);
const { test } = needs('kafka');
const collector = await startOtlpReceiver();
const tracing = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
const own = withOwnShop({
  // the first order of a shop that was just started may take seconds; the silent card is answered after 20
  env: { ...Object.fromEntries(serviceNames.map((name) => [name, tracing])), order: { ...tracing, PAYMENT_DEADLINE_MS: '12000' } },
});
let tea: string;

beforeAll(async () => {
  tea = await createProduct(own().shop.stage, 'Tea of the traces', 1000);
}, 30_000);

afterAll(() => collector.stop());

/** Buys with the card, watches until the status, and resolves to the id of the trace of the checkout. */
async function buy(card: string, until: string): Promise<string> {
  const customer = await createCustomer(own().shop.stage);
  await customer.fill([{ productId: tea, quantity: 1 }]);
  const order = await customer.place(card);
  if ('rejected' in order) throw new Error(order.rejected);
  await customer.watch(order.id, (move) => move.status === until);
  await customer.close();
  const { order: placed } = await own().shop.admin.ask<{ order: { events: { traceId: string }[] } }>(
    'query ($id: ID!) { order(id: $id) { events { traceId } } }',
    { id: order.id },
  );
  const traces = new Set(placed.events.map(({ traceId }) => traceId));
  if (traces.size !== 1) throw new Error(`The events of the order belong to ${traces.size} traces.`);
  return [...traces][0] ?? '';
}

const isStatement = (span: ReceivedSpan) => attributeOf(span, 'db.system.name') !== undefined;
/** Whether there is one depends on who had subscribed by then. */
const isDelivery = ({ name }: ReceivedSpan) => /^(deliver|execute) /.test(name);
const labelOf = (span: ReceivedSpan) =>
  [`${span.service}:`, span.name, attributeOf(span, 'cloudevents.event_type')].filter(Boolean).join(' ');

/** The spans of a trace as an indented tree: statements and deliveries left out, siblings in alphabetical order, equal siblings once. */
function treeOf(traceId: string): string[] {
  const spans = collector.spans.filter((span) => span.traceId === traceId && !isStatement(span) && !isDelivery(span));
  const known = new Set(spans.map(({ spanId }) => spanId));
  const below = (parents: readonly ReceivedSpan[]): string[] => {
    const ids = new Set(parents.map(({ spanId }) => spanId));
    return rows(spans.filter(({ parentSpanId }) => parentSpanId !== undefined && ids.has(parentSpanId)));
  };
  const rows = (siblings: readonly ReceivedSpan[]): string[] =>
    [...Map.groupBy(siblings, labelOf)]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([label, equal]) => [label, ...below(equal).map((row) => `  ${row}`)]);
  return rows(spans.filter(({ parentSpanId }) => parentSpanId === undefined || !known.has(parentSpanId)));
}

/** The spans arrive a second or so after what they record. */
async function expectTree(traceId: string, expected: string): Promise<void> {
  const wanted = expected.split('\n').filter((row) => row.trim() !== '');
  const indent = /^ */.exec(wanted[0] ?? '')?.[0].length ?? 0;
  const rows = wanted.map((row) => row.slice(indent));
  for (let attempt = 0; attempt < 100 && treeOf(traceId).join('\n') !== rows.join('\n'); attempt += 1) await sleep(200);
  expect(treeOf(traceId)).toEqual(rows);
}

/** The types of the events that subscribers of the order were sent. */
function delivered(traceId: string): (string | undefined)[] {
  const ofTrace = collector.spans.filter((span) => span.traceId === traceId);
  const sent = ofTrace.filter((span) => span.name === 'deliver orderStatus').map(({ parentSpanId }) => parentSpanId);
  return ofTrace.filter(({ spanId }) => sent.includes(spanId)).map((span) => attributeOf(span, 'cloudevents.event_type'));
}

describe('the trace of a checkout', () => {
  test('of a paid order leads from the request over every service to the socket', async () => {
    // it is charged after three seconds, so that its customer is subscribed when it is paid
    const traceId = await buy('card-slow', 'PAID');

    await expectTree(
      traceId,
      `
      gateway: mutation PlaceOrder
        gateway: fetch order
          order: POST /graphql
            order: Mutation.placeOrder
              order: fetch cart
                cart: POST /graphql
                  cart: Query.cart
              order: send checkout order.created
                cart: process checkout order.created
                payment: process checkout order.created
                product: process checkout order.created
                  product: send checkout inventory.reserved
                    order: process checkout inventory.reserved
                      order: send checkout order.awaiting-payment
                    payment: process checkout inventory.reserved
                      payment: settle payment
                        payment: charge payment-provider
                        payment: find payment-provider
                        payment: send checkout payment.succeeded
                          order: process checkout payment.succeeded
                            order: send checkout order.paid
                              cart: process checkout order.paid
                              mail: process checkout order.paid
                                mail: send mail
                              product: process checkout order.paid
        gateway: prepare
          gateway: plan
      `,
    );
    expect(delivered(traceId)).toContain('order.paid');
  });

  test('of a declined order has the compensation', async () => {
    const traceId = await buy('card-declined', 'CANCELLED');

    await expectTree(
      traceId,
      `
      gateway: mutation PlaceOrder
        gateway: fetch order
          order: POST /graphql
            order: Mutation.placeOrder
              order: fetch cart
                cart: POST /graphql
                  cart: Query.cart
              order: send checkout order.created
                cart: process checkout order.created
                payment: process checkout order.created
                product: process checkout order.created
                  product: send checkout inventory.reserved
                    order: process checkout inventory.reserved
                      order: send checkout order.awaiting-payment
                    payment: process checkout inventory.reserved
                      payment: settle payment
                        payment: charge payment-provider
                        payment: send checkout payment.failed
                          order: process checkout payment.failed
                            order: send checkout order.cancelled
                              cart: process checkout order.cancelled
                              mail: process checkout order.cancelled
                                mail: send mail
                              payment: process checkout order.cancelled
                              product: process checkout order.cancelled
                                product: send checkout inventory.released
                                  order: process checkout inventory.released
        gateway: prepare
          gateway: plan
      `,
    );
  });

  test('of an order that nobody charged in time goes on when its deadline passes', async () => {
    const traceId = await buy('card-silent', 'CANCELLED');

    await expectTree(
      traceId,
      `
      gateway: mutation PlaceOrder
        gateway: fetch order
          order: POST /graphql
            order: Mutation.placeOrder
              order: cancel overdue order
                order: send checkout order.cancelled
                  cart: process checkout order.cancelled
                  mail: process checkout order.cancelled
                    mail: send mail
                  payment: process checkout order.cancelled
                    payment: settle payment
                      payment: cancel payment-provider
                      payment: refund payment-provider
                      payment: send checkout payment.refunded
                        order: process checkout payment.refunded
                      payment: send checkout payment.succeeded
                        order: process checkout payment.succeeded
                  product: process checkout order.cancelled
                    product: send checkout inventory.released
                      order: process checkout inventory.released
              order: fetch cart
                cart: POST /graphql
                  cart: Query.cart
              order: send checkout order.created
                cart: process checkout order.created
                payment: process checkout order.created
                product: process checkout order.created
                  product: send checkout inventory.reserved
                    order: process checkout inventory.reserved
                      order: send checkout order.awaiting-payment
                    payment: process checkout inventory.reserved
                      payment: settle payment
                        payment: charge payment-provider
                        payment: find payment-provider
        gateway: prepare
          gateway: plan
      `,
    );
    expect(delivered(traceId)).toContain('order.cancelled');
  });
});

describe('the spans', () => {
  test('of statements name their tables, and hold no values', () => {
    const statements = collector.spans.filter(isStatement);
    const texts = statements.map((span) => attributeOf(span, 'db.query.text') ?? '').join('\n');

    expect(new Set(statements.map(({ service }) => service))).toEqual(new Set(['product', 'cart', 'order', 'user', 'payment', 'mail']));
    expect(texts).toContain('INSERT INTO orders');
    expect(texts).not.toMatch(/Lantern Street|demo-[0-9a-f]{8}|@example/);
  });

  test('fail where something failed, with the class of the error alone', () => {
    const failed = collector.spans
      .filter(({ status }) => status.code === 2)
      .map((span) => `${span.name}: ${attributeOf(span, 'error.type')}`);

    expect(failed).toContain('charge payment-provider: Error');
  });
});
