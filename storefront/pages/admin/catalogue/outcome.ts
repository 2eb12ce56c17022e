import type { Language } from '../../../messages/language.ts';
import { refusalIn } from '../shared/refusals.ts';
import { type Draft, type Problems, problemsByField } from './product-draft.ts';

/** A product as another user has saved it. */
export type Theirs = { readonly draft: Draft; readonly version: number; readonly by: string | null; readonly at: string | null };

/**
 * What came of saving: `problems` of fields, `refused` for the whole, or `saved` with the version that it made, both in the words of the
 * visitor; `theirs` when somebody else was quicker, and nothing was saved.
 */
export type Outcome =
  | { readonly saved: string; readonly version: number }
  | { readonly problems: Problems }
  | { readonly refused: string }
  | { readonly theirs: Theirs };

type Refusal = {
  readonly code: string;
  readonly message: string;
  readonly sku?: string;
  readonly problems?: readonly { readonly field: string }[];
};

/** A refusal of the graph, at the fields that it names where there are such. */
export function refusedOutcome(language: Language, { code, message, sku, problems }: Refusal): Outcome {
  if (sku !== undefined) return { problems: { sku: 'skuTaken' } };
  const byField = problemsByField(problems ?? []);
  return Object.keys(byField).length > 0 ? { problems: byField } : { refused: refusalIn(language, code, message) };
}
