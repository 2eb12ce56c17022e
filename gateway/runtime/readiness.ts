import { KeptAnswer } from '#platform/async/kept-answer.ts';
import type { Readiness } from '#platform/service/admin-server.ts';
import type { SubgraphClients } from '../execution/subgraph-clients.ts';
import type { Redis } from './redis.ts';

const keptMs = 1000;

/**
 * The answer of /readyz. Components that are away do not make the gateway unready: it serves what the others can answer. They are asked at most once
 * a second, however often /readyz is called.
 */
export function createReadiness(options: {
  clients: SubgraphClients & { reachability(): Promise<Record<string, boolean>> };
  eventLog: { unhealthyReason(): Promise<string | null> } | null;
  /** Null when they are served, else why not. */
  subscriptions(): Promise<string | null>;
  /** Null when events of ended sessions arrive, else why they do not. */
  sessions(): string | null;
  redis: Redis | null;
  isStopping(): boolean;
}): () => Promise<Readiness> {
  const components = new KeptAnswer(keptMs, async () => {
    const [subgraphs, eventLog, subscriptions] = await Promise.all([
      options.clients.reachability(),
      options.eventLog === null ? 'none' : options.eventLog.unhealthyReason().then(word, () => 'unreachable'),
      options.subscriptions(),
    ]);
    return {
      subgraphs: Object.fromEntries(Object.entries(subgraphs).map(([name, ok]) => [name, word(ok ? null : 'away')])),
      eventLog,
      redis: options.redis === null ? 'none' : word(options.redis.status === 'ready' ? null : 'away'),
      subscriptions: subscriptions ?? 'served',
      sessions: word(options.sessions()),
    };
  });

  return async () => {
    const parts = await components.read();
    const ready = !options.isStopping();
    return { ready, body: { status: ready ? 'ready' : 'stopping', supergraph: 'loaded', ...parts } };
  };
}

/** Why a part cannot be reached names addresses, which are not public. */
function word(problem: string | null): string {
  return problem === null ? 'reachable' : 'unreachable';
}
