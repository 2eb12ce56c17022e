import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import color from 'picocolors';
import { composeSupergraph, readSubgraphs, type SubgraphSource } from './compose.ts';
import { houseRules } from './house-rules.ts';

/** Everything that is wrong with the SDL of the shop, one line each; empty when the graph may go out. */
export function checkGraph(subgraphs: readonly SubgraphSource[], committedSupergraph: string): string[] {
  const alone = subgraphs.flatMap(checkAlone);
  if (alone.length > 0) return alone;
  try {
    if (composeSupergraph(subgraphs) !== committedSupergraph)
      return ['schema/supergraph.graphql is not what the subgraphs compose to. Write it with: npm run compose'];
  } catch (error) {
    return (error instanceof AggregateError ? error.errors : [error]).map(
      (problem: Error) => `The subgraphs do not compose: ${problem.message}`,
    );
  }
  return [];
}

function checkAlone({ name, sdl }: SubgraphSource): string[] {
  const file = name === 'events' ? 'schema/events.graphql' : `subgraphs/${name}/schema.graphql`;
  try {
    const document = parse(sdl);
    // the virtual subgraph has subscriptions only, and a schema of its own needs a query
    const alone = name === 'events' ? parse(`${sdl}\ntype Query { nothing: Boolean }`) : document;
    buildSubgraphSchema([{ typeDefs: alone }] as never);
    return houseRules(name, document).map((finding) => `${file}:${finding.line} ${finding.message}`);
  } catch (error) {
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined;
    return [`${file}${line === undefined ? '' : `:${line}`} ${error instanceof Error ? error.message : String(error)}`];
  }
}

if (import.meta.main) {
  const problems = checkGraph(readSubgraphs(), readFileSync(new URL('./supergraph.graphql', import.meta.url), 'utf8'));
  for (const problem of problems) process.stdout.write(`${color.red('✗')} ${problem}\n`);
  if (problems.length === 0)
    process.stdout.write(
      `${color.green('✓')} ${readSubgraphs().length} subgraphs compose to the committed supergraph and keep the house rules.\n`,
    );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
