import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { subgraphPorts } from './subgraph-ports.ts';

const root = new URL('../', import.meta.url);
const committed = new URL('schema/supergraph.graphql', root);

const ports: Readonly<Record<string, number>> = subgraphPorts;

export type SubgraphSource = { readonly name: string; readonly url: string; readonly sdl: string };

/** The SDL of every subgraph folder, and of the virtual subgraph that holds the subscriptions. */
export function readSubgraphs(): SubgraphSource[] {
  const folders = readdirSync(new URL('subgraphs/', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const real = folders.map((name) => ({
    name,
    url: `http://${name}:${ports[name] ?? 4000}/graphql`,
    sdl: readFileSync(new URL(`subgraphs/${name}/schema.graphql`, root), 'utf8'),
  }));
  // the gateway answers for it; nothing listens at its address
  const events = { name: 'events', url: 'http://events.invalid', sdl: readFileSync(new URL('schema/events.graphql', root), 'utf8') };
  return [...real, events];
}

/** Composes with Apollo's own library. @throws AggregateError with one error per problem. */
export function composeSupergraph(subgraphs: readonly SubgraphSource[]): string {
  const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  if (result.errors) throw new AggregateError(result.errors, result.errors.map((error) => error.message).join('\n'));
  return `${result.supergraphSdl.trim()}\n`;
}

if (import.meta.main) {
  try {
    writeFileSync(committed, composeSupergraph(readSubgraphs()));
    process.stdout.write('schema/supergraph.graphql is written.\n');
  } catch (error) {
    process.stderr.write(`The subgraphs do not compose:\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
