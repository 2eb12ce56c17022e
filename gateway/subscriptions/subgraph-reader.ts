import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { AppError, type ErrorCode, errorCodes } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import type { FetchError } from '../execution/fetch.ts';
import type { SubgraphClients } from '../execution/subgraph-clients.ts';
import type { GatewayContext } from '../pipeline/context.ts';
import { SharedReads } from './shared-reads.ts';

export type Question<Answer> = {
  readonly subgraph: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<Answer>;
};

/** Asks subgraphs what a subscription cannot begin, or go on, without. */
export type SubgraphReader = {
  /**
   * The data of the answer, as the caller of `context` may see it. `read` makes of it what is shared by all who ask the same.
   * Retries for a while when the subgraph is unavailable.
   * @throws AppError with the subgraph's own code, UNAVAILABLE when it stayed unavailable.
   */
  ask<Answer, T>(question: Question<Answer>, context: GatewayContext, read: (answer: Answer) => T): Promise<T>;
};

export type SubgraphReaderOptions = {
  clients: Pick<SubgraphClients, 'ask'>;
  concurrentReads: number;
  readWithinMs: number;
  logger: Logger;
};

const firstPauseMs = 50;
const longestPauseMs = 2_000;

export function createSubgraphReader({ clients, concurrentReads, readWithinMs, logger }: SubgraphReaderOptions): SubgraphReader {
  const shared = new SharedReads(concurrentReads);

  async function askOnce<Answer>({ subgraph, query, variables = {}, answer }: Question<Answer>, context: GatewayContext): Promise<Answer> {
    const { data, errors } = await clients.ask(subgraph, { query, variables }, context);
    const [first] = errors;
    if (first) throw errorOf(first);
    return answer.parse(data);
  }

  async function askUntilAnswered<Answer>(question: Question<Answer>, context: GatewayContext): Promise<Answer> {
    const deadline = Date.now() + readWithinMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await askOnce(question, context);
      } catch (error) {
        if (!mayPass(error) || Date.now() + pauseMs > deadline) throw error;
        logger.debug({ error, subgraph: question.subgraph }, 'a read for a subscription is tried again');
        await pause(pauseMs, undefined, { ref: false });
      }
    }
  }

  return {
    ask(question, context, read) {
      const key = JSON.stringify([question.subgraph, question.query, question.variables, context.dedupKey]);
      return shared.read(key, () => askUntilAnswered(question, context).then(read));
    },
  };
}

function errorOf({ message, extensions }: FetchError): Error {
  const code = extensions?.['code'];
  if (isErrorCode(code)) return new AppError(code, message);
  // whatever a subgraph could not do this time, it may be able to do the next
  return new AppError('UNAVAILABLE', 'This part of the shop does not answer at the moment. Try again soon.', {
    details: { message, code },
  });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return errorCodes.some((known) => known === code);
}

function mayPass(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAVAILABLE';
}
