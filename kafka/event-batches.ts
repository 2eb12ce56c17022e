import type { DomainEvent, EventType } from './contracts.ts';

export type EventBatch = { readonly type: EventType; readonly events: readonly DomainEvent[] };

/**
 * Groups events by type for set-based handling: within a batch each key occurs once, and the events of a key keep their order over the batches.
 * Events of different keys have no order among each other, so those of one type come together.
 */
export function toEventBatches(events: readonly DomainEvent[]): EventBatch[] {
  const depths = new Map<string, number>();
  const levels: Map<EventType, DomainEvent[]>[] = [];
  for (const event of events) {
    const depth = depths.get(event.key) ?? 0;
    depths.set(event.key, depth + 1);
    const level = levels[depth] ?? new Map<EventType, DomainEvent[]>();
    levels[depth] = level;
    const batch = level.get(event.type) ?? [];
    level.set(event.type, batch);
    batch.push(event);
  }
  return levels.flatMap((level) => [...level].map(([type, batch]) => ({ type, events: batch })));
}
