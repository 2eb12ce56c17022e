import { z } from 'zod';
import { contracts, type FactType, factTypes } from './contracts.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (2020-12) of a fact's data, as a reader may rely on it: fields that it does not name may come. */
export function contractSchema(type: FactType): JsonSchema {
  const { about, publisher, topic, data } = contracts[type];
  const { $schema, ...schema } = z.toJSONSchema(data, { io: 'input' });
  return { $schema, title: type, description: about, 'x-publisher': publisher, 'x-topic': topic, ...schema };
}

/** All of them, by their file names in `kafka/contracts/`. */
export function contractFiles(): Map<string, string> {
  return new Map(factTypes.map((type) => [`${type}.json`, `${JSON.stringify(contractSchema(type), null, 2)}\n`]));
}

const ignored = new Set(['description', 'title', '$schema']);

/**
 * Why facts of the one schema and readers of the other do not go together; empty when they do. Both directions count, because old facts stay in the
 * topic and services are not updated at once: an optional field may be added, and nothing else may change.
 */
export function incompatibilities(before: JsonSchema, after: JsonSchema, path = 'data'): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !ignored.has(name));
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (name === 'properties') return inProperties(asSchema(old), asSchema(now), path);
    if (name === 'items') return incompatibilities(asSchema(old), asSchema(now), `${path}[]`);
    return JSON.stringify(old) === JSON.stringify(now)
      ? []
      : [`${path}: "${name}" was ${JSON.stringify(old)} and is ${JSON.stringify(now)}`];
  });
}

function inProperties(before: JsonSchema, after: JsonSchema, path: string): string[] {
  return Object.entries(before).flatMap(([name, schema]) => {
    const now = after[name];
    return now === undefined ? [`${path}.${name} is gone`] : incompatibilities(asSchema(schema), asSchema(now), `${path}.${name}`);
  });
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}
