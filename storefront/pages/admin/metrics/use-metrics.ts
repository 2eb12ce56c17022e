import metricsFile from '../../../../schema/operations/admin/metrics.graphql';
import type { MetricsQuery, MetricsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';

const Metrics = registered<MetricsQuery, MetricsQueryVariables>(metricsFile);

/** The samples of the last hour, fetched again as often as one is taken. */
export function useMetrics() {
  const query = useShopQuery(Metrics, {}, { requestPolicy: 'cache-and-network' });
  usePolled(() => {
    if (!query.refreshing) query.again();
  }, 10_000);
  return query;
}
