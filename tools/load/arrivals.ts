import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurements } from './measurements.ts';

/** Lets customers begin their visits. Each resolves when the signal was aborted and the visits that had begun are over. */
export type Begin<Customer> = (customer: Customer) => Promise<void>;

/** So many customers, each of whom begins again when done: what is slow slows its own load down. */
export async function closedLoop<Customer>(customers: readonly Customer[], begin: Begin<Customer>, signal: AbortSignal): Promise<void> {
  const comeAgain = async (customer: Customer) => {
    while (!signal.aborted) await begin(customer);
  };
  await Promise.all(customers.map(comeAgain));
}

/**
 * So many arrivals a second, at random distances as people come (a Poisson process), whether or not those before are done. A visit takes a customer who
 * is not visiting; `more` makes another one when all are.
 */
export async function openLoop<Customer>(
  perSecond: number,
  customers: readonly Customer[],
  more: () => Promise<Customer>,
  begin: Begin<Customer>,
  signal: AbortSignal,
  measurements: Measurements,
): Promise<void> {
  const free = [...customers];
  const visits = new Set<Promise<void>>();
  const arrive = async () => {
    const customer = free.pop() ?? (await more());
    await begin(customer);
    free.push(customer);
  };
  let dueMs = performance.now();
  while (!signal.aborted) {
    dueMs += distanceMs(perSecond);
    const early = dueMs - performance.now();
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    measurements.arrivedLate(Math.max(0, performance.now() - dueMs));
    const visit = arrive().finally(() => visits.delete(visit));
    visits.add(visit);
  }
  await Promise.all(visits);
}

/** Exponentially distributed. */
const distanceMs = (perSecond: number): number => (-Math.log(1 - Math.random()) / perSecond) * 1000;
