import type { Language } from '../../../words/language.ts';
import { refusalIn } from '../parts/refusals.ts';
import { type Problems, problemsByField } from './product-draft.ts';

/** What came of saving: `problems` of fields, `refused` for the whole, or `saved`, both in the words of the visitor. */
export type Outcome = { readonly saved: string } | { readonly problems: Problems } | { readonly refused: string };

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
