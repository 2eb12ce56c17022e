import { setTimeout as sleep } from 'node:timers/promises';
import type { SmtpSink } from '#tests/support/smtp-sink.ts';
import { createProduct, type Stage } from '../demo/scene.ts';
import { connectTo } from '../dev/databases.ts';
import { askInvariants } from '../invariants/ask-invariants.ts';
import { readSnapshot } from '../invariants/snapshot.ts';
import { createShopClient, logIn, type ShopClient } from '../shop-client.ts';
import { Buyers } from './buyers.ts';
import { Clerk } from './clerk.ts';
import { Ledger } from './ledger.ts';
import { type Restart, restartAll, restartOrder } from './rolling-restart.ts';
import { limitProblems, type SharedLimit, spendGuestBudget } from './shared-limit.ts';
import type { Copies } from './start-copies.ts';
import { orderProblems, type Receipt, receiptProblems, requestProblems, socketProblems, stepProblems } from './verdict.ts';

export type Exercise = {
  readonly ledger: Ledger;
  readonly restarts: readonly Restart[];
  readonly limit: SharedLimit;
  /** One sentence for each claim that does not hold. */
  readonly problems: readonly string[];
};

export type ExerciseOptions = {
  readonly copies: Copies;
  readonly sink: SmtpSink;
  readonly customers: number;
  readonly stopping: AbortSignal;
  say(line: string): void;
};

const initialStock = 100_000;
/** Before the first restart, and after the last one. */
const undisturbedMs = 8000;
const pauseMs = 150;
const settlesWithinMs = 60_000;

/** Has customers buy at all entrances while everything is restarted, one after the other, and compares what they saw with what is kept. */
export async function exercise(options: ExerciseOptions): Promise<Exercise> {
  const { entrances, credentials } = options.copies;
  const [gatewayUrl = ''] = entrances;
  const { login, password } = credentials.admin;
  const { accessToken } = await logIn(gatewayUrl, login, password);
  const ledger = new Ledger();
  const admins = entrances.map((url, entrance) => ledger.counting(createShopClient(url, accessToken), entrance));
  const [admin] = admins;
  if (admin === undefined) throw new Error('There is no entrance.');
  const stage: Stage = { gatewayUrl, admin, output: { print: () => undefined, move: () => undefined } };
  try {
    const productId = await createProduct(stage, 'Pocket Lantern', initialStock);
    const restarts = await sellWhileRestarting(options, { stage, productId, ledger, admins });
    const limit = await spendGuestBudget(entrances);
    return { ledger, restarts, limit, problems: [...(await compare(options, ledger)), ...limitProblems(limit)] };
  } finally {
    await Promise.all(admins.map((one) => one.close()));
  }
}

type Sale = { readonly stage: Stage; readonly productId: string; readonly ledger: Ledger; readonly admins: readonly ShopClient[] };

async function sellWhileRestarting(options: ExerciseOptions, { stage, productId, ledger, admins }: Sale): Promise<Restart[]> {
  const { copies, customers, stopping, say } = options;
  const clerk = new Clerk({ clients: admins, ledger });
  const buyers = new Buyers({ entrances: copies.entrances, stage, productId, ledger, pauseMs, onPaid: (id) => clerk.take(id) });
  await buyers.arrive(customers);
  await sleep(undisturbedMs, undefined, { signal: stopping });
  say(`${customers} customers are buying: ${tally(ledger)}`);
  const restarts = await restartEach(copies, ledger, stopping, say);
  await sleep(undisturbedMs, undefined, { signal: stopping });
  await buyers.goHome();
  await clerk.finish();
  await buyers.close();
  say(`the customers have gone home: ${tally(ledger)}`);
  return restarts;
}

/** What is wrong, once nothing is under way any more. */
async function compare({ copies, sink }: ExerciseOptions, ledger: Ledger): Promise<string[]> {
  const verdicts = await askInvariants(copies, settlesWithinMs);
  const { orders } = await readSnapshot(copies);
  return [
    ...requestProblems(ledger),
    ...orderProblems(ledger, orders),
    ...stepProblems(ledger, orders),
    ...socketProblems(ledger),
    ...verdicts.flatMap(({ name, broken }) => broken.map((sentence) => `${name}: ${sentence}`)),
    ...receiptProblems(orders, await receiptsOf(copies.postgresUrl), messageIdsOf(sink)),
  ];
}

function restartEach(copies: Copies, ledger: Ledger, stopping: AbortSignal, say: (line: string) => void): Promise<Restart[]> {
  const all = restartOrder(copies.members).length;
  return restartAll(copies.members, stopping, ({ name, seconds }, count) => {
    say(`${`${count}/${all}`.padStart(5)}  ${name.padEnd(13)} restarted in ${seconds.toFixed(1).padStart(4)} s   ${tally(ledger)}`);
  });
}

const tally = ({ acknowledged, offered, failed }: Ledger): string =>
  `${acknowledged.length} orders, ${offered} requests, ${failed.length} failed`;

async function receiptsOf(postgresUrl: string): Promise<Receipt[]> {
  const client = await connectTo(postgresUrl, 'marigold_mailer');
  try {
    const statement = `SELECT order_id AS "orderId", message_id AS "messageId" FROM mails WHERE kind = 'RECEIPT' AND status = 'SENT'`;
    return (await client.query<Receipt>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** As the mail service has them: without brackets and host. */
const messageIdsOf = ({ mails }: SmtpSink): string[] => mails.map(({ messageId }) => messageId.replace(/^<|@.*$/g, ''));
