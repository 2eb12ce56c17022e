import type { DomainEvent } from '#kafka/contracts.ts';
import { createEvent } from '#kafka/events.ts';
import { availabilityOf } from './domain.ts';
import type { ProductRow } from './queries/catalogue.ts';

type ProductEvent = 'product.created' | 'product.updated' | 'product.archived' | 'product.availability-changed';
type Cause = { readonly traceparent: string | undefined };

/** An event about a product, with its whole public state: the last one of a product is enough to know it. */
export function createProductEvent(type: ProductEvent, row: ProductRow, causedBy?: Cause): DomainEvent {
  return createEvent(
    type,
    row.id,
    {
      productId: row.id,
      version: row.version,
      sku: row.sku,
      name: row.name,
      slug: row.slug,
      category: row.categorySlug,
      price: { amount: row.price, currency: 'EUR' },
      availability: availabilityOf(row.available),
      imageUrl: row.images[0]?.url ?? null,
      archived: row.archived,
    },
    causedBy,
  );
}

/** The row after its stock went from what it was to `available`: the version rises only when the level is another, for that alone is public. */
export function withAvailable(row: ProductRow, available: number): ProductRow {
  const isOtherLevel = availabilityOf(row.available) !== availabilityOf(available);
  return { ...row, available, version: isOtherLevel ? row.version + 1 : row.version };
}
