import type { Followed, Ledger } from './ledger.ts';

/** An order as the databases have it. */
export type KeptOrder = { readonly id: string; readonly status: string; readonly version: number };

export type Receipt = { readonly orderId: string; readonly messageId: string };

const goingAway = 1001;
/** The end of every order: paid, and delivered after that. */
const last = 'DELIVERED';

/** What is wrong with how requests were answered. */
export function requestProblems({ failed, rejected }: Pick<Ledger, 'failed' | 'rejected'>): string[] {
  return [
    ...failed.map(({ at, entrance, operation, reason }) => `${timeOf(at)} ${operation} failed at entrance ${entrance + 1}: ${reason}`),
    ...rejected.map((what) => `a request was rejected: ${what}`),
  ];
}

/** What is wrong with the orders that were acknowledged: each was paid and delivered, and there are no others. */
export function orderProblems({ acknowledged }: Pick<Ledger, 'acknowledged'>, kept: readonly KeptOrder[]): string[] {
  const byId = new Map(kept.map((order) => [order.id, order]));
  const known = new Set(acknowledged.map(({ id }) => id));
  return [
    ...acknowledged
      .filter(({ id }) => byId.get(id)?.status !== last)
      .map(({ id, number }) => `order ${number} (${id}) was acknowledged and is ${byId.get(id)?.status ?? 'not there'}`),
    ...kept.filter(({ id }) => !known.has(id)).map(({ id, status }) => `order ${id} is ${status}, and nobody was told of it`),
  ];
}

/** What is wrong with what subscribers saw: every version once, in order, up to the present one, the same at every entrance. */
export function stepProblems({ followed }: Pick<Ledger, 'followed'>, kept: readonly KeptOrder[]): string[] {
  const byId = new Map(kept.map((order) => [order.id, order]));
  const ofOne = followed.flatMap((one) => problemsOf(one, byId.get(one.orderId)));
  const together = Map.groupBy(followed, ({ orderId }) => orderId);
  const different = [...together].filter(([, all]) => new Set(all.map(({ steps }) => JSON.stringify(steps))).size > 1);
  return [...ofOne, ...different.map(([id]) => `order ${id} was seen differently at its entrances`)];
}

function problemsOf({ orderId, entrance, steps, failure }: Followed, order: KeptOrder | undefined): string[] {
  const at = `order ${orderId} at entrance ${entrance + 1}`;
  const versions = steps.map(({ version }) => version);
  const expected = Array.from({ length: order?.version ?? 0 }, (_, index) => index + 1);
  const isGapless = versions.length === expected.length && versions.every((version, index) => version === expected[index]);
  return [
    ...(failure === null ? [] : [`${at}: ${failure}`]),
    ...(isGapless ? [] : [`${at}: saw the versions ${versions.join(', ') || 'none'} of ${expected.length}`]),
    ...(steps.at(-1)?.status === order?.status ? [] : [`${at}: saw ${steps.at(-1)?.status ?? 'nothing'} last, and it is ${order?.status}`]),
  ];
}

/** What is wrong with how sockets ended: a gateway that goes away says so. */
export function socketProblems({ closes }: Pick<Ledger, 'closes'>): string[] {
  return [...closes]
    .filter(([code]) => code !== goingAway)
    .map(([code, count]) => `${count} subscriptions lost their socket with ${code}, not ${goingAway}`);
}

/** What is wrong with receipts: one for each order. `sent` holds the Message-IDs that the mail server got, in any number. */
export function receiptProblems(kept: readonly KeptOrder[], receipts: readonly Receipt[], sent: readonly string[]): string[] {
  const byOrder = Map.groupBy(receipts, ({ orderId }) => orderId);
  const times = Map.groupBy(sent, (id) => id);
  return kept.flatMap(({ id }) => {
    const mails = byOrder.get(id) ?? [];
    if (mails.length !== 1) return [`order ${id} has ${mails.length} receipts`];
    const got = times.get(mails[0]?.messageId ?? '')?.length ?? 0;
    return got === 1 ? [] : [`the receipt of order ${id} was sent ${got} times`];
  });
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 23);
