import { writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readCommandLine } from '#platform/command.ts';
import { commonTypesFile, withCommonTypes } from './common-types.ts';
import { type Files, readCheckout } from './files.ts';
import { subgraphPorts } from './subgraph-ports.ts';

const committed = new URL('./supergraph.graphql', import.meta.url);

const ports: Readonly<Record<string, number>> = subgraphPorts;

export type SubgraphSource = {
  readonly name: string;
  readonly url: string;
  /** Complete, with the common types that it refers to. */
  readonly sdl: string;
  /** The lines of its own file; what comes after them is common. */
  readonly ownLines: number;
};

/** The SDL of every subgraph folder, and of the virtual subgraph that holds the subscriptions. */
export function readSubgraphs(files: Files = readCheckout()): SubgraphSource[] {
  const common = files.get(commonTypesFile) ?? '';
  const sourceOf = (own: string) => ({ sdl: withCommonTypes(own, common), ownLines: own.trimEnd().split('\n').length });
  const real = [...files].flatMap(([file, own]) => {
    const name = /^subgraphs\/([^/]+)\/schema\.graphql$/.exec(file)?.[1];
    return name === undefined ? [] : [{ name, url: `http://${name}:${ports[name] ?? 4000}/graphql`, ...sourceOf(own) }];
  });
  // the gateway answers for it; nothing listens at its address
  const events = files.get(sdlFile('events'));
  return events === undefined ? real : [...real, { name: 'events', url: 'http://events.invalid', ...sourceOf(events) }];
}

/** Where the SDL of a subgraph is written. */
export function sdlFile(subgraph: string): string {
  return subgraph === 'events' ? 'schema/events.graphql' : `subgraphs/${subgraph}/schema.graphql`;
}

/** Composes with Apollo's own library. @throws AggregateError with one error per problem. */
export function composeSupergraph(subgraphs: readonly Pick<SubgraphSource, 'name' | 'url' | 'sdl'>[]): string {
  const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  if (result.errors) throw new AggregateError(result.errors, result.errors.map((error) => error.message).join('\n'));
  return `${result.supergraphSdl.trim()}\n`;
}

if (import.meta.main) {
  readCommandLine('npm run compose   composes the subgraphs, and writes schema/supergraph.graphql', {});
  try {
    writeFileSync(committed, composeSupergraph(readSubgraphs()));
    process.stdout.write('schema/supergraph.graphql is written.\n');
  } catch (error) {
    process.stderr.write(`The subgraphs do not compose:\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
