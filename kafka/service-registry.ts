import { collectDefaultMetrics, Registry } from 'prom-client';

/** What every service tells Prometheus of its process, in a registry of its own so that several services fit into one process. */
export function createServiceRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
