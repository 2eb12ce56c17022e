import { readFileSync } from 'node:fs';

/** The committed supergraph. */
export const readSupergraph = (): string => readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
