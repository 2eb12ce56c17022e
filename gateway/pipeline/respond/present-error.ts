import { GraphQLError } from 'graphql';
import { AppError, errorCodes, extensionsOf } from '#platform/errors.ts';
import type { Logger } from '#platform/logger.ts';
import { shorten } from '#platform/shorten.ts';
import { currentTraceId } from '#platform/tracing/trace-context.ts';
import { withoutValues } from '#platform/without-values.ts';
import { requestErrorStatus } from '../request-error.ts';

const codesOfTheShop: ReadonlySet<unknown> = new Set(errorCodes);
const codesOfTheProtocol: ReadonlySet<unknown> = new Set(Object.keys(requestErrorStatus));
const shownExtensions = ['code', 'retryAfterSeconds'];

/**
 * Makes an error fit for clients: a code of the shop or of the protocol with its message and place, and nothing else. What is
 * unknown is a bug: it becomes INTERNAL with the trace id, and goes to the log as it is.
 */
export function createPresentError(logger: Logger): (error: unknown) => GraphQLError {
  return (error) => {
    if (isForClients(error)) return shown(error);
    const traceId = currentTraceId();
    const extensions = { code: 'INTERNAL', ...(traceId === undefined ? {} : { traceId }) };
    logger.error({ error, traceId }, 'an operation failed');
    return new GraphQLError('Something went wrong on our side.', { ...placeOf(error), extensions });
  };
}

function isForClients(error: unknown): error is GraphQLError | AppError {
  if (error instanceof AppError) return true;
  if (!(error instanceof GraphQLError)) return false;
  const { code, serviceName } = error.extensions;
  if (codesOfTheShop.has(code)) return true;
  // protocol error codes are client errors when the gateway raises them, and a bug of ours when a subgraph does
  if (serviceName === undefined) return codesOfTheProtocol.has(code);
  // but for values that only a subgraph can validate, if they are the client's
  return code === 'BAD_USER_INPUT' && !error.message.includes('$representations');
}

function shown(error: GraphQLError | AppError): GraphQLError {
  if (error instanceof AppError) return new GraphQLError(shorten(error.message), { extensions: extensionsOf(error) });
  const extensions = Object.fromEntries(Object.entries(error.extensions).filter(([name]) => shownExtensions.includes(name)));
  // a subgraph of another make repeats what it was given
  return new GraphQLError(withoutValues(error.message), { ...placeOf(error), extensions });
}

/** Where in the answer and, for mistakes in the document, where in the text. */
function placeOf(error: unknown) {
  if (!(error instanceof GraphQLError)) return {};
  const { path, nodes, source, positions } = error;
  return path ? { path } : { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null };
}
