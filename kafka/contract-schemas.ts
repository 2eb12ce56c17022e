import { z } from 'zod';
import { contracts, type EventType, eventTypes } from './contracts.ts';
import { topics } from './topics.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema (2020-12) of an event's data, as a reader may rely on it: fields that it does not name may come. */
export function contractSchema(type: EventType): JsonSchema {
  const { about, publisher, topic, data } = contracts[type];
  const { $schema, ...schema } = z.toJSONSchema(data, { io: 'input' });
  return { $schema, title: type, description: about, 'x-publisher': publisher, 'x-topic': topic, 'x-key': topics[topic].key, ...schema };
}

/** All of them, by their file names in `kafka/contracts/`. */
export function contractFiles(): Map<string, string> {
  return new Map(eventTypes.map((type) => [`${type}.json`, `${JSON.stringify(contractSchema(type), null, 2)}\n`]));
}
