/** An object of a subgraph's answer. */
export type Data = Record<string, unknown>;

export type FetchRequest = {
  readonly service: string;
  readonly query: string;
  readonly variables: Data;
  /** Where in the answer its objects are, as the plan says it; @ is each item of a list. */
  readonly path: readonly (string | number)[];
};

export type FetchError = {
  readonly message: string;
  readonly path?: readonly (string | number)[] | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};
export type FetchAnswer = { readonly data?: Data | null; readonly errors?: readonly FetchError[] | null };
