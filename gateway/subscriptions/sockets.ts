import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#platform/logger.ts';
import { isAllowedOrigin } from '../http/browser-rules.ts';
import { addressBlock } from '../pipeline/context.ts';
import { closeCodes, labelOfCode } from './close-codes.ts';
import { type AddressShare, HeldOperations } from './held-operations.ts';
import type { SubscriptionLimits } from './limits.ts';
import { MessageBudgets } from './message-budget.ts';
import type { SubscriptionMetrics } from './metrics.ts';
import type { SubscriptionOptions } from './options.ts';
import { SocketOperations } from './socket-operations.ts';
import type { Connection } from './socket-protocol.ts';
import { Admission, rejectUpgrade, type UpgradeRejection } from './upgrades.ts';

export type SocketsOptions = Pick<SubscriptionOptions, 'httpServer' | 'allowedOrigins' | 'clientAddress' | 'onSessionEnded'> & {
  protocol: Server<Connection>;
  limits: SubscriptionLimits;
  metrics: SubscriptionMetrics;
  logger: Logger;
};

export type Sockets = {
  /**
   * Closes every socket with 1001: at once, or when its queries and mutations have been answered, for which it waits `answeredWithinMs` at the most.
   * Those whose clients do not close their side within `closedWithinMs` after that are terminated.
   */
  stop(answeredWithinMs: number, closedWithinMs: number): Promise<void>;
};

const path = '/graphql';
/** Node fires timers at once that are set for longer than this. */
const longestTimerMs = 2 ** 31 - 1;
const silencedAfterMs = 1000;
/** Frames of one message; clients send one or a few. */
const maxFragments = 64;

/** The WebSockets of the gateway, on the port where it answers HTTP. */
export function serveSockets(options: SocketsOptions): Sockets {
  return new SocketServer(options);
}

class SocketServer implements Sockets {
  readonly #options: SocketsOptions;
  readonly #server: WebSocketServer;
  readonly #admission: Admission;
  readonly #budgets: MessageBudgets;
  readonly #held: HeldOperations;
  readonly #pings: NodeJS.Timeout;
  readonly #operations = new WeakMap<WebSocket, SocketOperations>();
  /** Those that answered the last ping. */
  readonly #awake = new WeakSet<WebSocket>();
  #isStopping = false;

  constructor(options: SocketsOptions) {
    const { limits, httpServer } = options;
    this.#options = options;
    this.#server = new WebSocketServer({
      ...{ noServer: true, handleProtocols, perMessageDeflate: false },
      maxPayload: limits.messageBytes,
      // by hand, since a ping counts as a message
      autoPong: false,
      // empty ones hold nothing that maxPayload counts
      maxFragments,
    });
    this.#admission = new Admission(limits);
    this.#budgets = new MessageBudgets(limits);
    this.#held = new HeldOperations(limits);
    this.#pings = setInterval(() => this.#pingAll(), limits.keepAliveMs).unref();
    httpServer.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => this.#upgrade(request, stream, head));
  }

  async stop(answeredWithinMs: number, closedWithinMs: number): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#pings);
    const { code, reason } = closeCodes.goingAway;
    const sockets = [...this.#server.clients];
    const allClosed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    for (const socket of sockets)
      void this.#operations
        .get(socket)
        ?.answered()
        .then(() => socket.close(code, reason));
    const late = setTimeout(() => {
      for (const socket of sockets) socket.close(code, reason);
    }, answeredWithinMs);
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.terminate();
    }, answeredWithinMs + closedWithinMs);
    await allClosed;
    clearTimeout(late);
    clearTimeout(cut);
  }

  #rejectionOf(request: IncomingMessage, address: string): UpgradeRejection | null {
    if ((request.url ?? '').split('?')[0] !== path) return { status: 404, message: `Sockets are served at ${path} only.` };
    if (this.#isStopping) return { status: 503, message: 'The gateway is going down.' };
    if (!isAllowedOrigin(request.headers, this.#options.allowedOrigins))
      return { status: 403, message: 'Pages of this origin are not allowed to open a socket.' };
    const rejection = this.#admission.rejection(address);
    if (rejection !== null || this.#budgets.mayOpen(address)) return rejection;
    return { status: 429, message: 'Too many messages come from your address.' };
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { clientAddress, metrics } = this.#options;
    const address = addressBlock(clientAddress(request));
    const rejection = this.#rejectionOf(request, address);
    if (rejection) {
      metrics.socketsRejected.inc({ status: rejection.status });
      rejectUpgrade(stream, rejection);
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const leave = this.#admission.enter(address);
      metrics.sockets.inc();
      socket.once('close', (code) => {
        leave();
        metrics.sockets.dec();
        metrics.socketsClosed.inc({ code: labelOfCode(code) });
      });
      this.#open(socket, request, this.#budgets.ofSocket(address), this.#held.ofSocket(address));
    });
  }

  #open(socket: WebSocket, request: IncomingMessage, mayTalk: () => boolean, share: AddressShare): void {
    const { protocol, logger, limits } = this.#options;
    const operations = new SocketOperations(share, limits.idLength);
    this.#operations.set(socket, operations);
    const connection: Connection = {
      request,
      caller: null,
      operations,
      close: ({ code, reason }) => socket.close(code, reason),
      onIdentified: (expiresAt, sessionId) => this.#closeWithSession(socket, connection, expiresAt, sessionId),
    };
    const onMessage = (take: (text: string) => Promise<void>) => {
      socket.on('message', (data) => {
        // messages after the close frame are ignored
        if (socket.readyState !== WebSocket.OPEN) return;
        // before anything is read of it
        if (mayTalk()) this.#handle(connection, String(data), take);
        else silence(socket, connection);
      });
    };
    const send = (data: string) => {
      const outgoing = operations.outgoing(data);
      return outgoing === null ? Promise.resolve() : this.#send(socket, outgoing, connection);
    };
    const close = (code: number, reason: string) => socket.close(code, reason);
    const closed = protocol.opened({ protocol: socket.protocol, send, close, onMessage }, connection);
    this.#awake.add(socket);
    this.#answerPings(socket, connection, mayTalk);
    // a broken frame or a message that is too large; ws closes the socket with the code for it
    socket.on('error', (error) => logger.debug({ error }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      operations.leave();
      closed(code, String(reason)).catch((error: unknown) => logger.error({ error }, 'a closed socket could not be cleaned up'));
    });
  }

  /** Frames that only ask whether somebody is there cost as much as messages, and a client that does not read is owed each answer. */
  #answerPings(socket: WebSocket, connection: Connection, mayTalk: () => boolean): void {
    const onFrame = (handle: (data: Buffer) => void) => (data: Buffer) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (mayTalk()) handle(data);
      else silence(socket, connection);
    };
    socket.on(
      'ping',
      onFrame((data) => {
        if (socket.bufferedAmount > this.#options.limits.backlogBytes) this.#cutOff(socket, connection);
        else socket.pong(data);
      }),
    );
    socket.on(
      'pong',
      onFrame(() => this.#awake.add(socket)),
    );
  }

  /** The socket ends when its token expires, or its session ends before. */
  #closeWithSession(socket: WebSocket, connection: Connection, expiresAt: Date | null, sessionId: string | null): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const end = () => connection.close(closeCodes.expiredToken);
    if (sessionId !== null) socket.once('close', this.#options.onSessionEnded(sessionId, end));
    if (expiresAt === null) return;
    const leftMs = Math.min(Math.max(expiresAt.getTime() - Date.now(), 0), longestTimerMs);
    const expiry = setTimeout(end, leftMs).unref();
    socket.once('close', () => clearTimeout(expiry));
  }

  #handle({ operations, close }: Connection, message: string, take: (text: string) => Promise<void>): void {
    const incoming = operations.incoming(message);
    if ('isInvalid' in incoming) close(closeCodes.invalidMessage);
    else if ('inUse' in incoming) close(closeCodes.idInUse(incoming.inUse));
    else
      operations.run(incoming, take).catch((error: unknown) => {
        this.#options.logger.error({ error }, 'a message of a socket could not be handled');
        close(closeCodes.internalError);
      });
  }

  /** Resolves when the data was flushed: awaiting it applies backpressure. */
  #send(socket: WebSocket, data: string, connection: Connection): Promise<void> {
    if (socket.bufferedAmount > this.#options.limits.backlogBytes) this.#cutOff(socket, connection);
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      // what could not be written belongs to a socket that is closing, and its close is handled
      socket.send(data, () => resolve());
    });
  }

  /** The close frame waits behind the backlog; a client that does not even take that is cut off at the next ping. */
  #cutOff(socket: WebSocket, connection: Connection): void {
    connection.close(closeCodes.tooSlow);
    this.#awake.delete(socket);
  }

  #pingAll(): void {
    this.#budgets.prune();
    for (const socket of this.#server.clients) {
      if (!this.#awake.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#awake.delete(socket);
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }
  }
}

/** Closes a socket that sends too much, and reads nothing more of it; the client has a moment to take the reason. */
function silence(socket: WebSocket, { close }: Connection): void {
  close(closeCodes.tooManyMessages);
  socket.pause();
  setTimeout(() => socket.terminate(), silencedAfterMs).unref();
}
