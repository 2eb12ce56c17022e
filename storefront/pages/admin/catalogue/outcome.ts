import type { Language } from '../../../messages/language.ts';
import { userErrorText } from '../shared/user-errors.ts';
import { type Draft, type Problems, problemsByField } from './product-draft.ts';

/** A product as another user has saved it. */
export type Theirs = { readonly draft: Draft; readonly version: number; readonly by: string | null; readonly at: string | null };

/**
 * What came of saving: `problems` of fields, `rejected` for the whole, or `saved` with the version that it made, both in the words of the
 * visitor; `theirs` when another edit was saved first, and nothing was saved.
 */
export type Outcome =
  | { readonly saved: string; readonly version: number }
  | { readonly problems: Problems }
  | { readonly rejected: string }
  | { readonly theirs: Theirs };

type UserError = {
  readonly code: string;
  readonly message: string;
  readonly sku?: string;
  readonly problems?: readonly { readonly field: string }[];
};

/** A user error of the graph, at the fields that it names where there are such. */
export function outcomeOfUserError(language: Language, { code, message, sku, problems }: UserError): Outcome {
  if (sku !== undefined) return { problems: { sku: 'skuTaken' } };
  const byField = problemsByField(problems ?? []);
  return Object.keys(byField).length > 0 ? { problems: byField } : { rejected: userErrorText(language, code, message) };
}
