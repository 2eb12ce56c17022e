import { useMemo } from 'react';
import { useSubscription } from 'urql';
import liveFile from '../../schema/operations/storefront/availability-live.graphql';
import type { AvailabilityLiveSubscription, AvailabilityLiveSubscriptionVariables } from '../../schema/operations/storefront.types.ts';
import { registered } from './registered.ts';

const AvailabilityLive = registered<AvailabilityLiveSubscription, AvailabilityLiveSubscriptionVariables>(liveFile);
/** As many as one subscription takes. */
const mostIds = 100;

/** While a page shows these products, the cache learns how easily each can be had: whatever shows one of them follows. */
export function useAvailabilityLive(shown: readonly string[]): void {
  const ids = useMemo(() => shown.slice(0, mostIds), [shown]);
  useSubscription({ query: AvailabilityLive, variables: { ids: [...ids] }, pause: ids.length === 0 });
}
