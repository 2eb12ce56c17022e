import { print } from 'graphql';
import type { Caches } from '../runtime/caches.ts';
import type { PlannedOperation } from '../supergraph/planning/operation-planner.ts';
import type { PlanningThread } from '../supergraph/planning/planning-thread.ts';

/** What the schema answers of an operation, by the client's keys; `caller` is whose turn it takes. @throws what `PlanningThread.introspect` throws. */
export type Introspect = (
  planned: Pick<PlannedOperation, 'key' | 'introspection' | 'sdl'>,
  variables: Readonly<Record<string, unknown>>,
  caller: string,
) => Promise<Readonly<Record<string, unknown>>>;

type Answer = { readonly data: Readonly<Record<string, unknown>>; readonly bytes: number };

const maxCacheBytes = 16 * 1024 * 1024;
/** Of an object in memory, against its JSON. */
const bytesOfCharacter = 6;
const nothing = {};

/** Executes against the schema itself, in the thread that plans, and keeps what was answered where no variable changes it. */
export function createIntrospect(caches: Caches, thread: Pick<PlanningThread, 'introspect'>): Introspect {
  const answers = caches.open<Answer>('introspection', { maxBytes: maxCacheBytes, bytesOf: ({ bytes }) => bytes });
  return async ({ key, introspection, sdl }, variables, caller) => {
    if (introspection === null) return nothing;
    const before = answers.get(key);
    if (before) return before.data;
    const json = await thread.introspect({ sdl, document: print(introspection), variables, caller });
    const data = JSON.parse(json) as Answer['data'];
    const usesVariables = introspection.definitions.some(
      (one) => 'variableDefinitions' in one && (one.variableDefinitions ?? []).length > 0,
    );
    if (!usesVariables) answers.set(key, { data, bytes: bytesOfCharacter * json.length });
    return data;
  };
}
