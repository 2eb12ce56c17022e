import type { GraphQLSchema } from 'graphql';
import type { Level, SchemaChange } from './changes.ts';
import { isDeprecated, isWhollyDeprecated, referencesTo } from './deprecated.ts';
import type { RegisteredOperation } from './operations.ts';
import { type Usage, usageOf } from './usage.ts';

/** A registered operation that a change touches, and where. */
export type Use = {
  readonly client: string;
  readonly operation: string;
  readonly file: string;
  readonly line: number;
  readonly isOfBase: boolean;
};

export type Classification = {
  readonly verdict: 'allowed' | 'rejected';
  /** In half a sentence: why it is allowed, or why it is not. */
  readonly because: string;
  /** How to do it instead; null for what is allowed. */
  readonly instead: string | null;
  readonly uses: readonly Use[];
};

export type ClassifiedChange = SchemaChange & Classification;

type Registered = RegisteredOperation & { readonly isOfBase: boolean };

/**
 * Classifies the changes of the public API against what our clients send: today, and in the base, whose clients are still out there.
 * A removal passes when it was deprecated in the base and no client uses it, and so does a type that goes with it. Nothing else that
 * breaks does.
 */
export function classifyChanges(
  changes: readonly SchemaChange[],
  api: GraphQLSchema,
  operations: readonly Registered[],
): ClassifiedChange[] {
  const usages = operations.map((operation) => ({ operation, usage: usageOf(operation, api) }));
  const classified = changes.map((change) => ({ ...change, ...classifyChange(change, api, usesOf(change, usages)) }));
  return allowWhatGoesAlong(classified, api);
}

function classifyChange(change: SchemaChange, api: GraphQLSchema, uses: readonly Use[]): Classification {
  if (change.level !== 'breaking')
    return { verdict: 'allowed', because: reasons[change.level], instead: null, uses: change.level === 'safe' ? [] : uses };
  if (!removals.has(change.type)) return { verdict: 'rejected', because: usedBy(uses), instead: insteadOf(change), uses };
  const wasDeprecated = memberOf(change) ? isWhollyDeprecated(api, memberOf(change)) : isDeprecated(api, change.coordinate);
  if (uses.length > 0) {
    const instead = uses.some(({ isOfBase }) => !isOfBase) ? changeClients : releaseClients;
    return { verdict: 'rejected', because: usedBy(uses), instead: wasDeprecated ? instead : deprecateFirst, uses };
  }
  if (!wasDeprecated) return { verdict: 'rejected', because: 'it was not deprecated in the base', instead: deprecateFirst, uses };
  return { verdict: 'allowed', because: 'deprecated in the base, and no registered client uses it', instead: null, uses };
}

/** Types cannot be deprecated: one may go when everything that leads to it goes, or when each of its own fields was deprecated. */
function allowWhatGoesAlong(changes: readonly ClassifiedChange[], api: GraphQLSchema): ClassifiedChange[] {
  const gone = new Set(changes.filter(({ type, verdict }) => type !== 'TYPE_REMOVED' && verdict === 'allowed').map(removedCoordinate));
  const candidates = changes.filter(({ type, uses }) => type === 'TYPE_REMOVED' && uses.length === 0).map(({ coordinate }) => coordinate);
  let going = new Set(candidates);
  for (;;) {
    const stays = [...going].filter((name) => {
      const isFree = (reference: string) => around(reference).some((part) => gone.has(part)) || going.has(around(reference)[0] ?? '');
      return !isWhollyDeprecated(api, name) && !referencesTo(api, name).every(isFree);
    });
    if (stays.length === 0) break;
    going = new Set([...going].filter((name) => !stays.includes(name)));
  }
  return changes.map((change) =>
    change.type === 'TYPE_REMOVED' && going.has(change.coordinate)
      ? { ...change, verdict: 'allowed', because: 'it goes with what was deprecated, and no registered client uses it', instead: null }
      : change,
  );
}

/** `A.b.c` is within `A`, `A.b` and itself. */
function around(coordinate: string): string[] {
  const path = coordinate.split('.');
  return path.map((_, index) => path.slice(0, index + 1).join('.'));
}

function removedCoordinate(change: SchemaChange): string {
  return memberOf(change) === '' ? change.coordinate : `${change.coordinate}.${memberOf(change)}`;
}

/** The type that a union loses; empty for other changes. */
function memberOf({ type, meta }: SchemaChange): string {
  return type === 'UNION_MEMBER_REMOVED' ? String(meta['removedUnionMemberTypeName']) : '';
}

function usesOf(change: SchemaChange, usages: readonly { operation: Registered; usage: Usage }[]): Use[] {
  const touched = touchedBy(change);
  return usages.flatMap(({ operation, usage }) => {
    const line = touched.map((coordinate) => usage.get(coordinate)).find((found) => found !== undefined);
    if (line === undefined) return [];
    const { client, name, file, isOfBase } = operation;
    return [{ client, operation: name, file, line, isOfBase }];
  });
}

/** What an operation must touch to notice the change; the first that is found gives the line. */
function touchedBy(change: SchemaChange): string[] {
  const { type, coordinate } = change;
  const [parent = ''] = coordinate.split('.');
  if (type.startsWith('ENUM_VALUE')) return [coordinate, parent];
  if (type === 'INPUT_FIELD_ADDED') return [parent];
  if (type === 'FIELD_ARGUMENT_ADDED') return [coordinate.split('.').slice(0, 2).join('.')];
  if (type === 'FIELD_ARGUMENT_DEFAULT_CHANGED') return [coordinate, coordinate.split('.').slice(0, 2).join('.')];
  if (type === 'UNION_MEMBER_REMOVED') return [removedCoordinate(change)];
  if (type === 'OBJECT_TYPE_INTERFACE_REMOVED') return [String(change.meta['removedInterfaceName']), coordinate];
  return [coordinate];
}

function usedBy(uses: readonly Use[]): string {
  if (uses.length === 0) return 'no registered client uses it, but others may';
  return `${[...new Set(uses.map(({ client }) => client))].join(', ')} ${uses.length === 1 ? 'uses' : 'use'} it`;
}

const removals = new Set(['FIELD_REMOVED', 'FIELD_ARGUMENT_REMOVED', 'INPUT_FIELD_REMOVED', 'ENUM_VALUE_REMOVED', 'UNION_MEMBER_REMOVED']);

const reasons: Readonly<Record<Exclude<Level, 'breaking'>, string>> = {
  safe: 'no client can notice',
  dangerous: 'clients go on, but may meet what they do not know',
};

const deprecateFirst =
  'Deprecate it first, with @deprecated(reason: "Use … instead. Removed after YYYY-MM-DD."), and remove it when no client uses it any more.';
const changeClients = 'Change these operations first; when that is released, remove it.';
const releaseClients = 'The base still sends it: release the changed operations first, then remove it.';

function insteadOf({ type, coordinate, meta }: SchemaChange): string {
  if (type === 'INPUT_FIELD_ADDED' || type === 'FIELD_ARGUMENT_ADDED') return 'Make it optional, or give it a default.';
  if (type.endsWith('DEFAULT_VALUE_CHANGED') || type.endsWith('DEFAULT_CHANGED')) return 'Keep the default, or make it optional.';
  if (type === 'FIELD_ARGUMENT_TYPE_CHANGED' || type === 'INPUT_FIELD_TYPE_CHANGED')
    return `Add another one beside ${coordinate} with the new type, optional, and deprecate this one.`;
  if (type === 'FIELD_TYPE_CHANGED')
    return `Add a field of type ${String(meta['newFieldType'])} under another name beside it, and deprecate ${coordinate}.`;
  if (type === 'TYPE_REMOVED') return `Deprecate every field and argument that leads to ${coordinate}, and remove it together with them.`;
  return `Add what is new beside ${coordinate}, and deprecate what is old.`;
}
