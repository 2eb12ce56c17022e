import { randomUUID } from 'node:crypto';
import { waitFor } from '#tests/support/wait-for.ts';
import { type Customer, createCustomer } from '#tools/demo/scene.ts';
import { type BrowserSession, grantSession } from './browser.ts';
import type { OpenShop } from './shop.ts';

/** A new user, at the graph and with a session of its own for a browser. The caller closes its `customer`. */
export type Buyer = { readonly customer: Customer; readonly session: BrowserSession };

export async function newBuyer({ gatewayUrl, stage }: Pick<OpenShop, 'gatewayUrl' | 'stage'>): Promise<Buyer> {
  const username = `e2e-${randomUUID().slice(0, 12)}`;
  const password = 'a long enough password';
  const session = await grantSession(gatewayUrl, { register: { email: `${username}@example.com`, username, password } });
  const other = await grantSession(gatewayUrl, { logIn: { login: username, password } });
  return { customer: await createCustomer(stage, other.accessToken), session };
}

type Mails = { order: { mails: { kind: string; status: string; text: string | null }[] | null } };

/** The text of the mail of this kind about an order, when it has been sent. */
export function mailTextOf(shop: Pick<OpenShop, 'admin'>, orderId: string, kind: string): Promise<string> {
  const query = 'query ($id: ID!) { order(id: $id) { mails { kind status text } } }';
  return waitFor(
    `the mail ${kind}`,
    async () => {
      const { order } = await shop.admin.ask<Mails>(query, { id: orderId });
      return order.mails?.find((mail) => mail.kind === kind && mail.status === 'SENT')?.text ?? undefined;
    },
    20_000,
  );
}
