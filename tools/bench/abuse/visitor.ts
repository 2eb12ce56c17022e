import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { operationText } from '#schema/operation-text.ts';

/** What a visitor saw: how long answers took, in milliseconds, ascending, and why requests failed. */
export type Seen = { readonly latencies: readonly number[]; readonly failures: readonly string[] };

export type Visitor = {
  /** Asks as long as `until` is pending, and for `leastMs` at least. */
  visit(until: Promise<unknown>, leastMs: number): Promise<Seen>;
  close(): Promise<void>;
};

const everyMs = 50;

/**
 * A logged-in visitor: the catalogue, a product, their own account, one request every 50 ms whether or not the ones before
 * were answered, so that waiting is not hidden.
 */
export async function createVisitor(url: string, accessToken: string): Promise<Visitor> {
  const dispatcher = new Agent({ connections: 64 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` };
  const ask = async (body: object) => {
    const answer = await request(url, { method: 'POST', headers, dispatcher, body: JSON.stringify(body), headersTimeout: 30_000 });
    return { status: answer.statusCode, body: (await answer.body.json()) as Answer };
  };
  const shelf = { query: operationText('storefront/catalogue'), variables: { first: 24 } };
  const id = (await ask(shelf)).body.data?.products?.edges[0]?.node.id;
  const rounds = [
    shelf,
    { query: operationText('storefront/product'), variables: { id } },
    { query: operationText('storefront/account'), variables: {} },
  ];

  async function visit(until: Promise<unknown>, leastMs: number): Promise<Seen> {
    const latencies: number[] = [];
    const failures: string[] = [];
    const pending: Promise<void>[] = [];
    const over = new AbortController();
    void Promise.allSettled([until, sleep(leastMs)]).then(() => over.abort());
    const begun = performance.now();
    for (let count = 0; !over.signal.aborted; count += 1) {
      pending.push(askOnce(rounds[count % rounds.length] ?? shelf, latencies, failures));
      await sleep(Math.max(0, begun + (count + 1) * everyMs - performance.now()));
    }
    await Promise.all(pending);
    return { latencies: latencies.sort((one, other) => one - other), failures };
  }

  async function askOnce(body: object, latencies: number[], failures: string[]): Promise<void> {
    const sent = performance.now();
    try {
      const { status, body: answer } = await ask(body);
      latencies.push(performance.now() - sent);
      if (status !== 200 || answer.errors) failures.push(answer.errors?.[0]?.message ?? `status ${status}`);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }

  return { visit, close: () => dispatcher.destroy() };
}

type Answer = {
  data?: { products?: { edges: { node: { id: string } }[] } };
  errors?: { message: string }[];
};
