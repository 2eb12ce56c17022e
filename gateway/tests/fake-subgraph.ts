import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, graphql, parse } from 'graphql';
import { pino } from 'pino';
import type { EventLog } from '#kafka/event-log.ts';
import { type ConfigOf, loadConfig } from '#platform/config.ts';
import { listen } from '#platform/http/server.ts';
import { composeSupergraph } from '#schema/compose.ts';
import { gatewayConfig, type RunningGateway, startGateway } from '../app.ts';

export type Seen = {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** As it was sent. */
  readonly body: string;
};
/** Bytes to answer with, whatever was asked. */
export type Reply = { readonly status: number; readonly body: string | Buffer; readonly headers?: Readonly<Record<string, string>> };
/** What a fake does with a call: answers it, closes the connection, never answers, or answers with this status, or exactly this. */
export type Behaviour = 'answer' | 'drop' | 'hang' | number | Reply;

export type FakeSubgraph = {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  readonly seen: Seen[];
  /** The operations whose connection was closed before they were answered. */
  readonly left: string[];
  /** For the calls to come, in their order; the last one stays. */
  behave(...behaviours: Behaviour[]): void;
  /** Calls are held until the answer is let go. */
  hold(): () => void;
  stop(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: resolver maps of tests
type Resolvers = any;

export async function startFakeSubgraph(name: string, sdl: string, resolvers: Resolvers): Promise<FakeSubgraph> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }] as never);
  const seen: Seen[] = [];
  const left: string[] = [];
  let behaviours: Behaviour[] = ['answer'];
  let held: Promise<void> = Promise.resolve();
  const answer = async (query: string, variables: Record<string, unknown>, response: ServerResponse) => {
    const behaviour = (behaviours.length > 1 ? behaviours.shift() : behaviours[0]) ?? 'answer';
    if (behaviour === 'hang') return;
    if (behaviour === 'drop') response.destroy();
    else if (typeof behaviour === 'object') {
      response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers });
      response.end(behaviour.body);
    } else if (typeof behaviour === 'number') reply(response, behaviour, { secret: 'a body that is nobody’s business' });
    else {
      await held;
      reply(response, 200, withCodes(await graphql({ schema, source: query, variableValues: variables })));
    }
  };
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { query, variables } = JSON.parse(body);
    if (query === '{__typename}') return reply(response, 200, { data: { __typename: 'Query' } });
    seen.push({ headers: request.headers, query, variables, body });
    response.once('close', () => {
      if (!response.writableFinished) left.push(query);
    });
    await answer(query, variables, response);
  });
  const port = await listen(server, '127.0.0.1', 0);
  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    sdl,
    seen,
    left,
    behave: (...next) => {
      behaviours = next;
    },
    hold() {
      let letGo = () => {};
      held = new Promise((resolve) => {
        letGo = resolve;
      });
      return letGo;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As Apollo Server reports what it rejects before it executes anything. */
function withCodes({ data, errors, ...rest }: ExecutionResult): unknown {
  if (data !== undefined || errors === undefined) return { data, errors, ...rest };
  const codeOf = (message: string) => (message.startsWith('Variable "') ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED');
  return { errors: errors.map((error) => ({ ...error.toJSON(), extensions: { code: codeOf(error.message) } })) };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** A shelf with books, and reviews of them by another subgraph. */
export async function startLibrary(): Promise<{ books: FakeSubgraph; reviews: FakeSubgraph; stop(): Promise<void> }> {
  let count = 0;
  const books = await startFakeSubgraph(
    'books',
    `${link}
    type Query { book(id: ID!): Book  books(first: Int = 3): [Book!]!  broken: String  rejected: String }
    type Mutation { addBook(title: String!): Book  logIn: Boolean  register: Boolean }
    type Book @key(fields: "id") { id: ID! title: String! number: Int }`,
    {
      Query: {
        book: (_: unknown, { id }: { id: string }) => ({ id, title: `Book ${id}` }),
        books: (_: unknown, { first }: { first: number }) =>
          Array.from({ length: first }, (_unused, index) => ({ id: String(index), title: `Book ${index}` })),
        broken: () => {
          throw new Error('connect ECONNREFUSED 10.0.0.1:5432');
        },
        rejected: () => {
          throw Object.assign(new Error('Log in to do this.'), { extensions: { code: 'UNAUTHENTICATED', stack: 'secret' } });
        },
      },
      Mutation: {
        addBook: (_: unknown, { title }: { title: string }) => {
          count += 1;
          return { id: `new-${count}`, title };
        },
        logIn: () => true,
        register: () => true,
      },
      Book: { __resolveReference: ({ id }: { id: string }) => ({ id, title: `Book ${id}` }), number: () => count },
    },
  );
  const reviews = await startFakeSubgraph(
    'reviews',
    `${link}
    type Query { latestReview: Review }
    type Book @key(fields: "id") { id: ID! reviews(first: Int): [Review!] }
    type Review { text: String! book: Book }`,
    {
      Query: { latestReview: () => ({ text: 'Good' }) },
      Book: { reviews: ({ id }: { id: string }) => [{ text: `About ${id}` }] },
      Review: { book: () => ({ id: '1' }) },
    },
  );
  return {
    books,
    reviews,
    async stop() {
      await Promise.all([books.stop(), reviews.stop()]);
    },
  };
}

/** The events of a library, which has no server. */
export const libraryEvents = {
  name: 'events',
  url: 'http://events.invalid',
  sdl: `${link}
  type Subscription { bookChanged(id: ID!): Book }
  type Book @key(fields: "id", resolvable: false) { id: ID! }`,
};

export function composeToFile(subgraphs: readonly { name: string; url: string; sdl: string }[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'supergraph-')), 'supergraph.graphql');
  writeFileSync(path, composeSupergraph(subgraphs));
  return path;
}

export type TestGateway = RunningGateway & {
  readonly logs: Record<string, unknown>[];
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
};
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests
export type Answer = { status: number; headers: Headers; body: any };

/** A gateway on a free port, that remembers its log lines. */
export async function startTestGateway(
  supergraph: string,
  env: Readonly<Record<string, string>> = {},
  eventLog: EventLog | null = null,
): Promise<TestGateway> {
  const logs: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => logs.push(JSON.parse(line)) });
  const config: ConfigOf<typeof gatewayConfig> = loadConfig(gatewayConfig, { PORT: '0', ADMIN_PORT: '0', SUPERGRAPH: supergraph, ...env });
  const gateway = await startGateway(config, { eventLog, logger });
  return { ...gateway, logs, post: (body, headers) => post(gateway.url, body, headers) };
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
