import { readExposition } from '#platform/exposition.ts';

/** How often something was done, by who did it. */
export type Counts = Readonly<Record<string, number>>;

/** What services have done since they started: SQL statements by service, BEGIN and COMMIT included, and what the gateway asked of each subgraph. */
export type Work = { readonly statements: Counts; readonly fetches: Counts };

const statements = 'marigold_database_statement_seconds_count';
const fetches = 'marigold_gateway_subgraph_fetch_seconds_count';
const names = new Set([statements, fetches]);

/** What services say of themselves at the `/metrics` of these addresses. One that does not answer says nothing. */
export async function readWork(adminUrls: readonly string[]): Promise<Work> {
  return workOn(await Promise.all(adminUrls.map(readMetrics)));
}

/** The work that pages of metrics tell of. */
export function workOn(pages: readonly string[]): Work {
  const samples = pages.flatMap((page) => readExposition(page, names));
  const counted = (name: string, label: string): Counts => {
    const byWho = Map.groupBy(
      samples.filter((sample) => sample.name === name),
      ({ labels }) => labels[label] ?? '',
    );
    return Object.fromEntries([...byWho].map(([who, found]) => [who, found.reduce((sum, { value }) => sum + value, 0)]));
  };
  return { statements: counted(statements, 'service'), fetches: counted(fetches, 'subgraph') };
}

/** What was done between two looks. Who started anew in between counts from then. */
export function workBetween(before: Work, after: Work): Work {
  const difference = (one: Counts, other: Counts): Counts =>
    Object.fromEntries(Object.entries(other).map(([who, count]) => [who, count - (count < (one[who] ?? 0) ? 0 : (one[who] ?? 0))]));
  return { statements: difference(before.statements, after.statements), fetches: difference(before.fetches, after.fetches) };
}

async function readMetrics(adminUrl: string): Promise<string> {
  try {
    const response = await fetch(new URL('/metrics', adminUrl), { signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
