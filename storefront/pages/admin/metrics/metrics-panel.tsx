import { Skeleton } from '../../../design/skeleton.tsx';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { metricsMessages } from './messages.ts';
import styles from './metrics.module.css';
import { TimeChart } from './time-chart.tsx';
import { useMetrics } from './use-metrics.ts';

/** How the shop did in the last hour: a chart for each metric. */
export function MetricsPanel() {
  const w = useMessages(metricsMessages);
  const { data, problem } = useMetrics();
  const samples = data?.metrics;
  return (
    <section className={`${adminStyles['panel']} ${styles['panel']}`} aria-labelledby="metrics">
      <h2 id="metrics">{w.title}</h2>
      {data === undefined && problem === null && <Skeleton height="24rem" />}
      {(samples === null || (data === undefined && problem !== null)) && <p className="quiet">{w.gone}</p>}
      {samples && samples.times.length < 2 && <p className="quiet">{w.begun}</p>}
      {samples && samples.times.length >= 2 && (
        <>
          <p className="quiet small">{w.about}</p>
          <div className={styles['charts']}>
            {samples.metrics.map((metric) => (
              <TimeChart key={metric.name} metric={metric} times={samples.times} />
            ))}
          </div>
        </>
      )}
    </section>
  );
}
