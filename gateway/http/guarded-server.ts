import type { IncomingMessage, Server } from 'node:http';
import type { ConfigOf } from '#platform/config.ts';
import { type Drain, drainOf } from '#platform/http/drain.ts';
import { connectionsPerAddress, type gatewayConfig, timeoutsOf } from '../config.ts';
import { addressBlock } from '../pipeline/context.ts';
import type { GatewayMetrics } from '../runtime/metrics.ts';
import { limitConnections } from './connections.ts';
import { createHttpServer } from './server.ts';
import { cutSlowReaders } from './slow-readers.ts';
import { SmallPieces } from './small-pieces.ts';
import { Suspensions } from './suspensions.ts';

export type GuardedServer = {
  readonly server: Server;
  readonly drain: Drain;
  /** How many seconds nothing is taken from where a request comes from; 0 is usual. */
  suspendedSeconds(request: IncomingMessage): number;
  /** A sender was cut off, and would begin again: its address is suspended. */
  onSenderCut(address: string): void;
};

type GuardedServerDependencies = {
  readonly metrics: GatewayMetrics;
  clientAddress(request: IncomingMessage): string;
};

/** A server with the limits that hold for connections, whatever is asked on them. */
export function createGuardedServer(
  config: ConfigOf<typeof gatewayConfig>,
  { metrics, clientAddress }: GuardedServerDependencies,
): GuardedServer {
  const suspensions = new Suspensions({ firstMs: config.SUSPENSION_MS });
  // a proxy's connections carry the requests of others, too: there it is known with the headers only who sends
  const isDirect = config.TRUSTED_PROXIES === 0;
  const addressOf = (request: IncomingMessage) => addressBlock(clientAddress(request));
  const server = createHttpServer(timeoutsOf(config));
  const connections = limitConnections(server, {
    perAddress: connectionsPerAddress(config),
    isSuspended: (address) => isDirect && suspensions.secondsLeft(address) > 0,
    onRejected: () => metrics.connectionsRejected.inc(),
  });
  const drain = drainOf(server, { upgrades: true });
  cutSlowReaders(server, { maxBacklogBytes: config.MAX_BACKLOG_BYTES, onCut: () => metrics.slowReaders.inc() });
  const onSenderCut = (address: string) => {
    metrics.slowSenders.inc();
    suspensions.suspend(address);
    if (isDirect && suspensions.secondsLeft(address) > 0) connections.closeUnfinished(address);
  };
  const pieces = new SmallPieces({
    most: config.MAX_SMALL_PIECES,
    onExceeded(request, address) {
      request.destroy();
      onSenderCut(address);
    },
  });
  server.on('request', (request) => pieces.watch(request, addressOf(request)));
  return { server, drain, suspendedSeconds: (request) => suspensions.secondsLeft(addressOf(request)), onSenderCut };
}
