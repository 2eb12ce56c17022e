/** An object of a subgraph's answer. */
export type Data = Record<string, unknown>;

export type FetchRequest = {
  readonly service: string;
  readonly query: string;
  readonly variables: Data;
  /** The path of its objects in the response, as in the plan; @ is each item of a list. */
  readonly path: readonly (string | number)[];
};

export type FetchError = {
  readonly message: string;
  readonly path?: readonly (string | number)[] | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};
export type FetchAnswer = { readonly data?: Data | null; readonly errors?: readonly FetchError[] | null };
