import vitalsFile from '../../../../schema/operations/admin/vitals.graphql';
import type { VitalsQuery, VitalsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';

const Vitals = registered<VitalsQuery, VitalsQueryVariables>(vitalsFile);

/** The state of every component, polled every few seconds. */
export function useVitals() {
  const query = useShopQuery(Vitals, {}, { requestPolicy: 'cache-and-network' });
  usePolled(() => {
    if (!query.refreshing) query.again();
  }, 4000);
  return query;
}
