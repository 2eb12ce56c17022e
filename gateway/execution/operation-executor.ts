import type { ApolloGateway } from '@apollo/gateway';
import { getOperationAST } from 'graphql';
import { type GatewayContext, placeOf } from '../pipeline/context.ts';
import { RequestError } from '../pipeline/request-error.ts';
import { coerceVariables } from '../pipeline/validate/coerce-variables.ts';
import type { Planning } from '../supergraph/planning/planning.ts';
import { executeOperation } from './execute-operation.ts';
import type { Introspect } from './introspect.ts';
import type { SubgraphClients } from './subgraph-clients.ts';

type Executor = ApolloGateway['executor'];
type Loadable = Pick<ApolloGateway, 'load' | 'onSchemaLoadOrUpdate' | 'stop'>;

/** Plans and executes queries and mutations for Apollo Server, which has read, parsed and validated them. */
export function createOperationExecutor(planning: Planning, clients: Pick<SubgraphClients, 'fetch'>, introspect: Introspect): Executor {
  return async ({ document, request, context }) => {
    const caller = context as GatewayContext;
    const variables = request.variables ?? {};
    const operation = getOperationAST(document, request.operationName);
    const planned = caller.planned ?? (await planning.current().plan(document, request.operationName, variables, placeOf(caller)));
    const coerced = coerceVariables(planned.schemas.apiSchema, operation ?? {}, variables);
    if (!coerced.ok) return { errors: coerced.errors };
    const { plan } = planned;
    if (plan?.kind === 'Subscription') throw new Error('A subscription was taken for a query.');
    try {
      return await executeOperation({
        planned: { ...planned, plan },
        variables,
        introspection: await introspect(planned, variables, placeOf(caller)),
        ask: (fetch) => clients.fetch(fetch, caller),
      });
    } catch (error) {
      if (error instanceof RequestError) return { errors: error.errors };
      throw error;
    }
  };
}

/** A gateway that is loaded and watched as it was, and executed by another executor. */
export function executedBy(gateway: Loadable, executor: Executor): Loadable {
  return {
    load: async (options) => ({ ...(await gateway.load(options)), executor }),
    onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
    stop: () => gateway.stop(),
  };
}
