import { executeSync } from 'graphql';
import type { Caches } from '../caches/caches.ts';
import type { PlannedOperation } from './planning/operation-planner.ts';

/** What the schema answers of an operation, by the client's keys. */
export type Introspect = (
  planned: Pick<PlannedOperation, 'key' | 'introspection' | 'schemas'>,
  variables: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

type Answer = { readonly data: Readonly<Record<string, unknown>>; readonly bytes: number };

const maxCacheBytes = 16 * 1024 * 1024;
/** Of an object in memory, against its JSON. */
const bytesOfCharacter = 6;
const nothing = {};

/** Executes against the schema itself, and keeps what was answered where no variable changes it. */
export function createIntrospect(caches: Caches): Introspect {
  const answers = caches.open<Answer>('introspection', { maxBytes: maxCacheBytes, bytesOf: ({ bytes }) => bytes });
  return ({ key, introspection, schemas }, variables) => {
    if (introspection === null) return nothing;
    const before = answers.get(key);
    if (before) return before.data;
    const { data, errors } = executeSync({ schema: schemas.apiSchema, document: introspection, variableValues: variables });
    const [first] = errors ?? [];
    if (first) throw first;
    const answer = data ?? nothing;
    const usesVariables = introspection.definitions.some(
      (one) => 'variableDefinitions' in one && (one.variableDefinitions ?? []).length > 0,
    );
    if (!usesVariables) answers.set(key, { data: answer, bytes: bytesOfCharacter * JSON.stringify(answer).length });
    return answer;
  };
}
