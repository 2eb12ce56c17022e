/** The budget of guests that a system of copies is started with, so that it is spent soon. */
export const guestBudget = { burst: 60, perSecond: 1 };

export type SharedLimit = { readonly sent: number; readonly answered: number; readonly rejected: number; readonly seconds: number };

/** Spends the budget of this machine's guests at all entrances in turn, twice as often as one gateway would allow. */
export async function spendGuestBudget(entrances: readonly string[]): Promise<SharedLimit> {
  const begun = performance.now();
  const sent = guestBudget.burst * entrances.length + guestBudget.burst;
  const statuses: number[] = [];
  for (let count = 0; count < sent; count += 1) statuses.push(await askAsGuest(entrances[count % entrances.length] ?? ''));
  return {
    sent,
    answered: statuses.filter((status) => status === 200).length,
    rejected: statuses.filter((status) => status === 429).length,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** What is wrong about it: all entrances together let through one budget, not one each. */
export function limitProblems({ sent, answered, rejected, seconds }: SharedLimit): string[] {
  const most = guestBudget.burst + Math.ceil(seconds * guestBudget.perSecond) + 1;
  return [
    ...(answered + rejected === sent
      ? []
      : [`${sent - answered - rejected} of ${sent} requests of guests were neither answered nor limited`]),
    ...(answered <= most ? [] : [`${answered} requests of guests were answered where the shared budget is ${most}`]),
    ...(rejected > 0 ? [] : ['no request of a guest was limited']),
  ];
}

async function askAsGuest(url: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
  await response.body?.cancel();
  return response.status;
}
