import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#platform/logger.ts';
import { isAllowedOrigin } from '../http/browser-rules.ts';
import { closeCodes } from './close-codes.ts';
import type { SubscriptionLimits } from './limits.ts';
import { createMessageBudget } from './message-budget.ts';
import type { SubscriptionMetrics } from './metrics.ts';
import type { SubscriptionOptions } from './options.ts';
import { SocketOperations } from './socket-operations.ts';
import type { Connection } from './socket-protocol.ts';
import { createAdmission, rejectUpgrade, type UpgradeRejection } from './upgrades.ts';

export type SocketsOptions = Pick<SubscriptionOptions, 'httpServer' | 'allowedOrigins' | 'clientAddress' | 'onSessionEnded'> & {
  protocol: Server<Connection>;
  limits: SubscriptionLimits;
  metrics: SubscriptionMetrics;
  logger: Logger;
};

export type Sockets = {
  /** Closes every socket with 1001, and terminates those that do not answer within `withinMs`. */
  stop(withinMs: number): Promise<void>;
};

const path = '/graphql';
/** Node fires timers at once that are set for longer than this. */
const longestTimerMs = 2 ** 31 - 1;
const silencedAfterMs = 1000;

/** The WebSockets of the gateway, on the port where it answers HTTP. */
export function serveSockets(options: SocketsOptions): Sockets {
  const { httpServer, protocol, allowedOrigins, clientAddress, onSessionEnded, limits, metrics, logger } = options;
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, handleProtocols, perMessageDeflate: false });
  const admission = createAdmission(limits);
  const awake = new WeakSet<WebSocket>();
  let stopping = false;

  function rejectionOf(request: IncomingMessage, address: string): UpgradeRejection | null {
    if ((request.url ?? '').split('?')[0] !== path) return { status: 404, message: `Sockets are served at ${path} only.` };
    if (stopping) return { status: 503, message: 'The gateway is going down.' };
    if (!isAllowedOrigin(request.headers, allowedOrigins)) return { status: 403, message: 'Pages of this origin may not open a socket.' };
    return admission.graphqlError(address);
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const address = clientAddress(request);
    const rejection = rejectionOf(request, address);
    if (rejection) {
      metrics.socketsRejected.inc({ status: rejection.status });
      rejectUpgrade(stream, rejection);
      return;
    }
    server.handleUpgrade(request, stream, head, (socket) => {
      const leave = admission.enter(address);
      metrics.sockets.inc();
      socket.once('close', (code) => {
        leave();
        metrics.sockets.dec();
        metrics.socketsClosed.inc({ code });
      });
      open(socket, request);
    });
  }

  function open(socket: WebSocket, request: IncomingMessage): void {
    let expiry: NodeJS.Timeout | undefined;
    const operations = new SocketOperations();
    const mayTalk = createMessageBudget(limits);
    const connection: Connection = {
      request,
      caller: null,
      operations,
      close: ({ code, reason }) => socket.close(code, reason),
      onIdentified(expiresAt, sessionId) {
        if (socket.readyState !== WebSocket.OPEN) return;
        if (sessionId !== null)
          socket.once(
            'close',
            onSessionEnded(sessionId, () => connection.close(closeCodes.expiredToken)),
          );
        if (expiresAt === null) return;
        const leftMs = Math.min(Math.max(expiresAt.getTime() - Date.now(), 0), longestTimerMs);
        expiry = setTimeout(() => connection.close(closeCodes.expiredToken), leftMs).unref();
      },
    };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => {
          const outgoing = operations.outgoing(data);
          return outgoing === null ? Promise.resolve() : send(socket, outgoing, connection);
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage(take) {
          socket.on('message', (data) => {
            // messages after the close frame are ignored
            if (socket.readyState !== WebSocket.OPEN) return;
            // before anything is read of it
            if (mayTalk()) handle(connection, String(data), take);
            else silence(socket, connection);
          });
        },
      },
      connection,
    );
    awake.add(socket);
    socket.on('pong', () => awake.add(socket));
    // a broken frame or a message that is too large; ws closes the socket with the code for it
    socket.on('error', (error) => logger.debug({ error }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      clearTimeout(expiry);
      operations.leave();
      closed(code, String(reason)).catch((error: unknown) => logger.error({ error }, 'a closed socket could not be cleaned up'));
    });
  }

  function handle({ operations, close }: Connection, message: string, take: (text: string) => Promise<void>): void {
    const incoming = operations.incoming(message);
    if ('isInvalid' in incoming) close(closeCodes.invalidMessage);
    else if ('inUse' in incoming) close(closeCodes.idInUse(incoming.inUse));
    else
      operations.run(incoming, take).catch((error: unknown) => {
        logger.error({ error }, 'a message of a socket could not be dealt with');
        close(closeCodes.internalError);
      });
  }

  /** Closes a socket that sends too much, and terminates it when the client keeps the connection open. */
  function silence(socket: WebSocket, { close }: Connection): void {
    close(closeCodes.tooManyMessages);
    setTimeout(() => socket.terminate(), silencedAfterMs).unref();
  }

  /** Resolves when the data was flushed: awaiting it applies backpressure. */
  function send(socket: WebSocket, data: string, connection: Connection): Promise<void> {
    if (socket.bufferedAmount > limits.backlogBytes) cutOff(socket, connection);
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      // what could not be written belongs to a socket that is closing, and its close is dealt with
      socket.send(data, () => resolve());
    });
  }

  /** The close frame waits behind the backlog; a client that does not even take that is cut off at the next ping. */
  function cutOff(socket: WebSocket, connection: Connection): void {
    connection.close(closeCodes.tooSlow);
    awake.delete(socket);
  }

  const pings = setInterval(() => {
    for (const socket of server.clients) {
      if (!awake.has(socket)) {
        socket.terminate();
        continue;
      }
      awake.delete(socket);
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }
  }, limits.keepAliveMs).unref();

  httpServer.on('upgrade', upgrade);

  return {
    async stop(withinMs) {
      stopping = true;
      clearInterval(pings);
      const { code, reason } = closeCodes.goingAway;
      const sockets = [...server.clients];
      const allClosed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      for (const socket of sockets) socket.close(code, reason);
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, withinMs);
      await allClosed;
      clearTimeout(cut);
    },
  };
}
