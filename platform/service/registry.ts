import { collectDefaultMetrics, Registry } from 'prom-client';

/** Process metrics of a service for Prometheus, in its own registry so that several services can share a process. */
export function createServiceRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
