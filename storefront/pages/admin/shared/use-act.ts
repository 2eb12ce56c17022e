import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { send } from '../../../graph/send.ts';
import { useLanguage } from '../../../messages/language.ts';
import { userErrorText } from './user-errors.ts';

type Answer = { readonly __typename: string; readonly code?: string; readonly message?: string };

/**
 * Sends a mutation whose one field answers with a success or a user error. Resolves to null when it succeeded, or to why it did not, in the
 * words of the visitor; never rejects.
 */
export function useAct() {
  const client = useClient();
  const language = useLanguage();
  return async <Data extends object, Variables extends AnyVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<string | null> => {
    const sent = await send(client, mutation, variables);
    if (!sent.ok) return userErrorText(language, sent.code);
    const [answer] = Object.values(sent.data) as Answer[];
    if (answer?.__typename.endsWith('Success')) return null;
    return userErrorText(language, answer?.code ?? 'OTHER', answer?.message);
  };
}
