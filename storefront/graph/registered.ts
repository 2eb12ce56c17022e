import { gql, type TypedDocumentNode } from 'urql';

/** An operation as it is imported from its file of `schema/operations/`. */
export type RegisteredFile = { readonly text: string; readonly hash: string };

/**
 * A registered operation with the types that were generated from the same file:
 * `registered<CatalogueQuery, CatalogueQueryVariables>(file)`. It is sent by its hash alone, which travels on the document.
 */
export function registered<Data, Variables extends object>({ text, hash }: RegisteredFile): TypedDocumentNode<Data, Variables> {
  const document = gql<Data, Variables>(text);
  // while pages are written, their operations are newer than those that the shop beside them has read
  return import.meta.env?.DEV ? document : Object.assign(document, { documentId: hash });
}

/** The extension by which the gateway finds the text of a registered operation (Apollo's protocol of persisted queries). */
export function persistedQueryOf(document: object): { persistedQuery: { version: 1; sha256Hash: string } } | undefined {
  if (!('documentId' in document) || typeof document.documentId !== 'string') return undefined;
  return { persistedQuery: { version: 1, sha256Hash: document.documentId } };
}
