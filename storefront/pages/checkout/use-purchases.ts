import { useState } from 'react';
import placeOrderFile from '../../../schema/operations/storefront/place-order.graphql';
import type { PlaceOrderMutation, PlaceOrderMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { newRequestKey } from '../../graph/request-key.ts';
import { openStorage } from '../../kept.ts';
import { createPurchases, type Purchases } from './purchase.ts';

export const PlaceOrder = registered<PlaceOrderMutation, PlaceOrderMutationVariables>(placeOrderFile);

/** The purchases of this browser; all tabs share them. */
export function usePurchases(): Purchases {
  const [purchases] = useState(() => createPurchases({ storage: openStorage(), newKey: newRequestKey, now: Date.now }));
  return purchases;
}
