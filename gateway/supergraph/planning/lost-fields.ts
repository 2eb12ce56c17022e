import type { GraphQLSchema } from 'graphql';
import { isSameOrSubType } from '../../execution/entities.ts';
import type { Loss, Place } from './known-places.ts';
import type { Asked, AskedField } from './selections.ts';

/** Why a plan cannot provide a selected field; null when each step has its inputs, or when it cannot be determined. */
export function lossOf(place: Place | null, asked: readonly Asked[], schema: GraphQLSchema): Loss | null {
  return place && lossAt(place, [...place.types], asked, schema);
}

function lossAt(place: Place, types: readonly string[], asked: readonly Asked[], schema: GraphQLSchema): Loss | null {
  for (const selection of asked) {
    const loss =
      selection.kind === 'field'
        ? lossOfField(place, types, selection, schema)
        : lossAt(
            place,
            types.filter((type) => selection.typeName === null || isSameOrSubType(schema, type, selection.typeName)),
            selection.selections,
            schema,
          );
    if (loss !== null) return loss;
  }
  return null;
}

function lossOfField(place: Place, types: readonly string[], { key, selections }: AskedField, schema: GraphQLSchema): Loss | null {
  for (const variant of place.fields.get(key) ?? []) {
    if (!types.some((type) => variant.types.has(type))) continue;
    if (variant.knownIn.length === 0 && variant.loss !== null) return variant.loss;
    const loss = lossAt(variant.inside, [...variant.inside.types], selections ?? [], schema);
    if (loss !== null) return loss;
  }
  return null;
}
