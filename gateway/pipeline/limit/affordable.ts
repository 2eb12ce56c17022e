import type { OperationDefinitionNode } from 'graphql';
import type { SupergraphSource } from '../../supergraph/supergraph-source.ts';
import type { PreparedOperation } from '../operation.ts';
import { RequestError, reject } from '../request-error.ts';
import { costOf } from './cost.ts';
import { fragmentsOf } from './field-collection.ts';
import { introspectionOf, sizesOf } from './introspection-cost.ts';
import { checkExecuted, type Limits } from './limits.ts';
import { fetchesOf, readFieldOwners } from './planning-cost.ts';

type Operation = Pick<Extract<PreparedOperation, { ok: true }>, 'document' | 'operation' | 'request'>;

export type Affordable = {
  /** How many fetches it may need. */
  readonly fetches: number;
  /** How many values of the schema it may bring. */
  readonly values: number;
  /** The objects it may bring, and each fetch as 50. */
  readonly cost: number;
};

/** @throws RequestError for an operation that asks for too much. */
export type AssertAffordable = (operation: Operation) => Affordable;

export type AffordableOptions = {
  supergraph: SupergraphSource;
  limits: Limits;
  /** Objects, with each fetch as 50. */
  maxCost: number;
  /** Values that the schema may be asked for. */
  maxIntrospection: number;
};

/** As if a fetch brought so many objects. */
const costOfFetch = 50;

/** Estimates what an operation costs before it is planned: the objects it brings, the fetches of its plan, and what it asks of the schema. */
export function createAssertAffordable({ supergraph, limits, maxCost, maxIntrospection }: AffordableOptions): AssertAffordable {
  const estimates = new Estimates(supergraph);

  return (readable) => {
    const { document, operation, request } = readable;
    const problems = checkExecuted(readable, limits);
    if (problems.length > 0) throw new RequestError(problems);
    const { apiSchema } = supergraph.current();
    const { fetches, values, wholes } = estimates.of(readable);
    if (wholes > 1) reject('OPERATION_TOO_LARGE', 'The operation asks for the schema more than once; ask for all of it at one place.');
    if (values > maxIntrospection) {
      reject('OPERATION_TOO_LARGE', `The operation may bring ${values} values of the schema; the limit is ${maxIntrospection}.`);
    }
    const objects = costOf(apiSchema, document, operation, request.variables ?? {});
    const cost = objects + fetches * costOfFetch;
    if (cost > maxCost) {
      const parts = `${objects} objects by ${fetches} fetches`;
      reject('OPERATION_TOO_LARGE', `The operation may bring ${parts}, which costs ${cost}; the limit is ${maxCost}.`);
    }
    return { fetches, values, cost };
  };
}

type Estimate = Omit<Affordable, 'cost'> & { readonly wholes: number };

/** What depends on nothing but the operation, and is found once for each. */
class Estimates {
  readonly #supergraph: SupergraphSource;
  #known = new WeakMap<OperationDefinitionNode, Estimate>();
  #measured: { readonly owners: ReturnType<typeof readFieldOwners>; readonly sizes: ReturnType<typeof sizesOf> } | null = null;

  constructor(supergraph: SupergraphSource) {
    this.#supergraph = supergraph;
    supergraph.onChange(() => {
      this.#known = new WeakMap();
      this.#measured = null;
    });
  }

  of({ document, operation }: Operation): Estimate {
    const before = this.#known.get(operation);
    if (before) return before;
    const state = this.#supergraph.current();
    this.#measured ??= { owners: readFieldOwners(state), sizes: sizesOf(state.apiSchema) };
    const fragments = fragmentsOf(document);
    const estimate = {
      fetches: fetchesOf(state.apiSchema, this.#measured.owners, operation, fragments),
      ...introspectionOf(this.#measured.sizes, operation, fragments),
    };
    this.#known.set(operation, estimate);
    return estimate;
  }
}
