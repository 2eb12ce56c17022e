/** A lint rule that an SDL breaks: where, and why the rule exists. */
export type Finding = { readonly subgraph: string; readonly line: number; readonly message: string };

export type Reject = (node: { readonly loc?: { readonly startToken: { readonly line: number } } | undefined }, message: string) => void;
