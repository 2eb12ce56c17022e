import { type ServiceName, serviceNames } from './services.ts';

/** What a saved file belongs to: the processes that have loaded it, and whether the schemas are to be composed anew. */
export type Belongs = { readonly restart: readonly ServiceName[]; readonly compose: boolean };

const nothing: Belongs = { restart: [], compose: false };

/** Folders whose code every process holds. */
const shared = /^(kafka|platform)\//;

/** `path` from the root of the checkout, with slashes. */
export function belongsTo(path: string): Belongs {
  if (/(^|\/)(tests|node_modules|dist|\.[^/]*)(\/|$)/.test(path) || path.endsWith('.types.ts')) return nothing;
  const isSchema = path.endsWith('.graphql');
  // the gateway itself watches the composed one
  if (path === 'schema/supergraph.graphql' || path.startsWith('schema/operations/')) return nothing;
  if (isSchema && path.startsWith('schema/')) return { restart: serviceNames.filter((name) => name !== 'gateway'), compose: true };
  if (!isSchema && !path.endsWith('.ts')) return nothing;
  if (shared.test(path)) return { restart: serviceNames, compose: false };
  const folder = /^subgraphs\/([^/]+)\//.exec(path)?.[1] ?? /^(gateway)\//.exec(path)?.[1];
  const owner = serviceNames.find((name) => name === folder);
  return owner === undefined ? nothing : { restart: [owner], compose: isSchema };
}
