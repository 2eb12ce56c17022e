import { loadProcess } from '../../load/processes.ts';
import type { Report } from '../../load/report.ts';

/** One measurement: what it is called, and the options of `npm run load`. */
export type Series = { readonly name: string; readonly options: Readonly<Record<string, string | number | true>> };

/** What is shown of a measurement. Times in ms. */
export type Figures = {
  readonly name: string;
  readonly users: number;
  readonly paidPerSecond: number;
  /** From the answer of `placeOrder` until PAID is on the WebSocket. */
  readonly paid: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly rejected: number;
  readonly failed: number;
  /** Of all processes of the shop, an order. */
  readonly processorMs: number;
  /** The most first; PostgreSQL by database. */
  readonly processes: readonly { readonly name: string; readonly ms: number }[];
  readonly statements: number;
  readonly fetches: number;
  /** Names of the invariants that did not hold. */
  readonly broken: readonly string[];
};

/** The answer to a cart that was changed meanwhile is one more question, not a lost order. */
const askedAgain = 'CART_CHANGED, asked again';
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

export function figuresOf(name: string, { options, tally, seconds, steps, processes, work, invariants }: Report): Figures {
  const { p50, p95, p99 } = steps.find(({ step }) => step === 'paid') ?? { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const anOrder = (count: number) => count / tally.paid;
  const ofShop = processes
    .filter((process) => process.name !== loadProcess)
    .map((process) => ({ name: process.name, ms: anOrder(process.cpuMs) }));
  const rejections = Object.entries(tally.rejections).filter(([code]) => code !== askedAgain);
  return {
    name,
    users: options.arrivals.kind === 'closed' ? options.arrivals.users : 0,
    paidPerSecond: tally.paid / seconds,
    paid: { p50, p95, p99 },
    rejected: sum(rejections.map(([, count]) => count)),
    failed: sum(Object.values(tally.errors)),
    processorMs: sum(ofShop.map(({ ms }) => ms)),
    processes: ofShop,
    statements: anOrder(sum(Object.values(work.statements))),
    fetches: anOrder(sum(Object.values(work.fetches))),
    broken: invariants.filter(({ broken }) => broken.length > 0).map((invariant) => invariant.name),
  };
}
