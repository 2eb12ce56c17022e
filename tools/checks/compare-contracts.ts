import type { Verdict } from './findings.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;
/** `field` is the outermost field that it concerns; null when it is the whole type. */
export type SchemaChange = { readonly verdict: Verdict; readonly field: string | null; readonly what: string };

type At = { readonly path: string; readonly field: string | null };

/**
 * How the data of an event changed, for those who read it. Both directions count: old events lie in the topics, and the services of the release
 * before receive new ones. So an optional field may come; a new value of an enum, or a wider limit, is dangerous while an old reader runs; anything
 * else breaks.
 */
export function compareContracts(before: JsonSchema, after: JsonSchema): SchemaChange[] {
  return [...compareHead(before, after), ...compareSchemas(before, after, { path: 'data', field: null })];
}

const heads = { 'x-publisher': 'publisher', 'x-topic': 'topic', 'x-key': 'key' };

function compareHead(before: JsonSchema, after: JsonSchema): SchemaChange[] {
  return Object.entries(heads)
    .filter(([name]) => before[name] !== undefined && before[name] !== after[name])
    .map(([name, word]) => ({ verdict: 'breaking', field: null, what: `its ${word} was ${before[name]} and is ${after[name]}` }));
}

const handled = new Set(['description', 'title', '$schema', 'properties', 'required', 'items', 'enum', 'additionalProperties']);
/** 1: a greater number lets more through; -1: a smaller one does. */
const limits: Readonly<Record<string, 1 | -1>> = { maximum: 1, maxLength: 1, maxItems: 1, minimum: -1, minLength: -1, minItems: -1 };

function compareSchemas(before: JsonSchema, after: JsonSchema, at: At): SchemaChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !handled.has(name) && !name.startsWith('x-'),
  );
  return [
    ...compareProperties(before, after, at),
    ...compareEnums(before['enum'], after['enum'], at),
    ...(before['items'] === undefined
      ? []
      : compareSchemas(asSchema(before['items']), asSchema(after['items']), { ...at, path: `${at.path}[]` })),
    ...names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => differs(name, before, after, at)),
  ];
}

function differs(name: string, before: JsonSchema, after: JsonSchema, { path, field }: At): SchemaChange {
  const [old, now] = [before[name], after[name]];
  const what = `${path}: ${name} was ${JSON.stringify(old) ?? 'not said'} and is ${JSON.stringify(now) ?? 'not said'}`;
  const direction = limits[name];
  if (direction === undefined) return { verdict: 'breaking', field, what };
  const isWider = now === undefined || (typeof old === 'number' && typeof now === 'number' && (now - old) * direction > 0);
  return { verdict: isWider ? 'dangerous' : 'breaking', field, what };
}

function compareEnums(before: unknown, after: unknown, { path, field }: At): SchemaChange[] {
  if (!Array.isArray(before) || !Array.isArray(after)) {
    return before === after
      ? []
      : [{ verdict: 'breaking', field, what: `${path} ${Array.isArray(after) ? 'became' : 'is no longer'} an enum` }];
  }
  const lost = before.filter((value) => !after.includes(value));
  const come = after.filter((value) => !before.includes(value));
  return [
    ...lost.map((value): SchemaChange => ({ verdict: 'breaking', field, what: `${path} can no longer be ${value}, and old events are` })),
    ...come.map((value): SchemaChange => ({ verdict: 'dangerous', field, what: `${path} can be ${value}, which no reader before knew` })),
  ];
}

function compareProperties(before: JsonSchema, after: JsonSchema, { path, field }: At): SchemaChange[] {
  const names = [...new Set([...Object.keys(asSchema(before['properties'])), ...Object.keys(asSchema(after['properties']))])];
  return names.flatMap((name) =>
    compareProperty(propertyOf(before, name), propertyOf(after, name), { path: `${path}.${name}`, field: field ?? name }),
  );
}

type Property = { readonly schema: JsonSchema; readonly isRequired: boolean };

function propertyOf(schema: JsonSchema, name: string): Property | null {
  const found = asSchema(schema['properties'])[name];
  return found === undefined ? null : { schema: asSchema(found), isRequired: asNames(schema['required']).has(name) };
}

function compareProperty(old: Property | null, now: Property | null, at: At & { field: string }): SchemaChange[] {
  const say = (verdict: Verdict, what: string): SchemaChange[] => [{ verdict, field: at.field, what: `${at.path} ${what}` }];
  if (now === null) return say('breaking', 'is gone');
  if (old === null && !now.isRequired) return say('safe', 'is new, and optional');
  // subscribers validate the whole event: an old one without the field is invalid for all of them
  if (old === null) return [{ verdict: 'breaking', field: null, what: `${at.path} is new and required, and old events lack it` }];
  if (old.isRequired && !now.isRequired) return say('breaking', 'is no longer always filled');
  if (!old.isRequired && now.isRequired)
    return [{ verdict: 'breaking', field: null, what: `${at.path} became required, and old events lack it` }];
  return compareSchemas(old.schema, now.schema, at);
}

const asSchema = (value: unknown): JsonSchema => (typeof value === 'object' && value !== null ? (value as JsonSchema) : {});
const asNames = (value: unknown): Set<unknown> => new Set(Array.isArray(value) ? value : []);
