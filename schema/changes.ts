import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export type Level = 'breaking' | 'dangerous' | 'safe';

/** What differs between two versions of a schema. */
export type SchemaChange = {
  /** GraphQL Inspector's name for it, as in FIELD_REMOVED. */
  readonly type: string;
  /** `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`. */
  readonly coordinate: string;
  readonly level: Level;
  readonly message: string;
  readonly meta: Readonly<Record<string, unknown>>;
};

const levels: Readonly<Record<CriticalityLevel, Level>> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/** Everything that differs, the worst first; of new and of deprecated things once each. */
export async function compareSchemas(base: GraphQLSchema, head: GraphQLSchema): Promise<SchemaChange[]> {
  const changes = (await diff(base, head)).filter((change) => !isEcho(change)).map((change) => toChange(change, head));
  const order: Level[] = ['breaking', 'dangerous', 'safe'];
  return changes.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || a.coordinate.localeCompare(b.coordinate));
}

/** A subgraph alone, as far as it can be compared: its federation directives remain without definitions. */
export function schemaOfSubgraph(document: DocumentNode): GraphQLSchema {
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}

/** Drops changes inside a new type, which the type covers, and details of a deprecation, which the deprecation covers. */
function isEcho({ meta, path }: Change): boolean {
  return (
    meta?.addedToNewType === true ||
    meta?.addedToNewField === true ||
    (/@deprecated\b/.test(path ?? '') && meta?.deprecationReason === undefined)
  );
}

function toChange(change: Change, head: GraphQLSchema): SchemaChange {
  const coordinate = (change.path ?? '').replace(/\.?@.*$/, '');
  const message = `${change.message.replace(/\.$/, '')}.`;
  const level = losesDefault(change, head) ? 'breaking' : levels[change.criticality.level];
  return { type: change.type, coordinate, level, message, meta: change.meta ?? {} };
}

/** GraphQL Inspector finds a lost default dangerous; where a value is required, who left it out is rejected from then on. */
function losesDefault({ type, meta }: Change, head: GraphQLSchema): boolean {
  if (meta?.newDefaultValue !== undefined) return false;
  if (type === 'INPUT_FIELD_DEFAULT_VALUE_CHANGED') {
    const input = head.getType(meta.inputName);
    return isInputObjectType(input) && isNonNullType(input.getFields()[meta.inputFieldName]?.type);
  }
  if (type !== 'FIELD_ARGUMENT_DEFAULT_CHANGED') return false;
  const parent = head.getType(meta.typeName);
  if (!isObjectType(parent) && !isInterfaceType(parent)) return false;
  return isNonNullType(parent.getFields()[meta.fieldName]?.args.find(({ name }) => name === meta.argumentName)?.type);
}
