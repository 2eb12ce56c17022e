import type { GraphQLSchema } from 'graphql';

/** The supergraph that is served at the moment. A new one is a new object. */
export type SupergraphState = {
  /** What clients see, executable by validation rules. */
  readonly apiSchema: GraphQLSchema;
  /** The composed SDL with its join directives, for planners. */
  readonly sdl: string;
};
export type SupergraphSource = {
  current(): SupergraphState;
  /** Calls `listener` after each reload that was accepted; answers what unsubscribes it. */
  onChange(listener: (state: SupergraphState) => void): () => void;
};
