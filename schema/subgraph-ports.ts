/**
 * The subgraphs, in the order in which they are listed, each with its port where it has a host of its own, as in docker-compose.yml.
 * `npm run new-subgraph` adds a line.
 */
export const subgraphPorts = {
  product: 4001,
  cart: 4002,
  order: 4003,
  user: 4004,
  payment: 4005,
  mail: 4007,
  operations: 4008,
} as const;

export type SubgraphName = keyof typeof subgraphPorts;
