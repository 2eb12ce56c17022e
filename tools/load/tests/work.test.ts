import { describe, expect, test } from '@jest/globals';
import { workBetween, workOn } from '../work.ts';

const page = (service: string, selects: number, commits: number) => `# TYPE marigold_database_statement_seconds histogram
marigold_database_statement_seconds_bucket{le="0.1",service="${service}",statement="SELECT orders",outcome="done"} ${selects}
marigold_database_statement_seconds_count{service="${service}",statement="SELECT orders",outcome="done"} ${selects}
marigold_database_statement_seconds_count{service="${service}",statement="COMMIT",outcome="done"} ${commits}
`;
const gateway = (
  answered: number,
  failed: number,
) => `marigold_gateway_subgraph_fetch_seconds_count{subgraph="order",outcome="answered"} ${answered}
marigold_gateway_subgraph_fetch_seconds_count{subgraph="order",outcome="failed"} ${failed}
`;

describe('the work of services', () => {
  test('is the sum of all statements of a service, and of all fetches from a subgraph', () => {
    expect(workOn([page('order', 5, 2), page('cart', 3, 1), gateway(7, 1), ''])).toEqual({
      statements: { order: 7, cart: 4 },
      fetches: { order: 8 },
    });
  });

  test('is counted between two looks, from the start of a service that started anew', () => {
    const before = workOn([page('order', 50, 10), page('cart', 100, 100), gateway(10, 0)]);
    const after = workOn([page('order', 70, 15), page('cart', 3, 1), page('mail', 2, 1), gateway(30, 2)]);

    expect(workBetween(before, after)).toEqual({ statements: { order: 25, cart: 4, mail: 3 }, fetches: { order: 22 } });
  });
});
