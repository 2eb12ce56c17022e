import { printPlace } from '#schema/check-error.ts';
import type { Use } from '#schema/classify-changes.ts';
import { readCheckout, readIndex } from '#schema/files.ts';
import { supergraphFile } from '#schema/graph.ts';
import { type ReviewedChange, review } from '#schema/review.ts';
import type { Finding } from './findings.ts';
import type { Check } from './run-check.ts';

/** Composes the graph, and tells which registered operations its changes break. */
export const checkSchema: Check = {
  name: 'schema',
  checks: 'composes the graph, and checks that it changed compatibly for its clients',
  canReadIndex: true,
  run: async (base, { root, staged }) => {
    const found = await review(staged ? readIndex(root) : readCheckout(root), base);
    const problems = found.problems.map(({ message, ...place }): Finding => ({ verdict: 'breaking', ...place, what: message, who: [] }));
    return {
      check: 'schema',
      base: found.base,
      findings: [...problems, ...found.changes.map(toFinding)],
      passed: `${found.subgraphs} subgraphs compose, and no change breaks one of ${found.operations} registered operations.`,
    };
  },
};

function toFinding(change: ReviewedChange): Finding {
  const { type, coordinate, level, verdict, message, because, instead, uses, place } = change;
  return {
    verdict: verdict === 'rejected' ? 'breaking' : level === 'safe' ? 'safe' : 'dangerous',
    ...(place ?? { file: supergraphFile }),
    what: level === 'safe' ? message : `${message} ${verdict === 'rejected' ? 'Rejected' : 'Allowed'}: ${because}.`,
    who: uses.map(printUse),
    instead: instead ?? undefined,
    type,
    coordinate,
  };
}

/** `playground: OrderStatus (schema/operations/playground/order-status.graphql:6)`. */
function printUse({ client, operation, isOfBase, ...place }: Use): string {
  return `${client}: ${operation} (${printPlace(place)}${isOfBase ? ' in the base' : ''})`;
}
