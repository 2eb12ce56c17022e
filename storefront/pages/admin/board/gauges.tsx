import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { useVitals } from '../operations/use-vitals.ts';
import { sumUp } from '../operations/vitals.ts';
import styles from './board.module.css';
import { boardMessages } from './messages.ts';
import { type createThroughput, median, sparkline } from './throughput.ts';

/** Above the board: how fast the shop sells, and what waits in it. */
export function Gauges({ throughput, now }: { throughput: ReturnType<typeof createThroughput>; now: number }) {
  const w = useMessages(boardMessages);
  const formats = useFormats();
  const { data } = useVitals();
  const sums = data ? sumUp(data) : null;
  const show = (value: number | null | undefined) => (value == null ? '…' : formats.number(value));
  return (
    <section aria-label={w.gauges} className={styles['gauges']}>
      <Gauge label={w.perMinute} value={formats.number(throughput.ordersPerMinute(now))} />
      <TimeToPaid throughput={throughput} />
      <Gauge
        label={w.outbox}
        value={show(sums?.waiting)}
        hint={sums && (sums.waiting === 0 ? w.empty : w.outboxHint(formats.duration(sums.oldestSeconds * 1000)))}
      />
      <Gauge label={w.lag} value={show(sums?.lag)} hint={sums && (sums.behind === 0 ? w.heard : formats.count(sums.behind, w.lagHint))} />
      <Gauge
        label={w.letters}
        value={show(sums?.deadLetters)}
        isBad={(sums?.deadLetters ?? 0) > 0}
        hint={sums && (sums.deadLetters === 0 ? w.noLetters : <Link href="/admin/operations">{w.lettersHint}</Link>)}
      />
      <Gauge
        label={w.components}
        value={sums ? `${formats.number(sums.ready)}/${formats.number(sums.components)}` : '…'}
        isBad={sums !== null && sums.ready < sums.components}
        hint={sums && (sums.ready === sums.components ? w.allReady : formats.count(sums.components - sums.ready, w.componentsDown))}
      />
    </section>
  );
}

function Gauge({ label, value, hint, isBad = false }: { label: string; value: string; hint?: ReactNode; isBad?: boolean }) {
  return (
    <div className={styles['gauge']}>
      <p className={styles['label']}>{label}</p>
      <p className={`${styles['value']} ${isBad ? styles['bad'] : ''} figures`}>{value}</p>
      <p className={styles['hint']}>{hint || ' '}</p>
    </div>
  );
}

const size = { width: 180, height: 34 };

function TimeToPaid({ throughput }: { throughput: ReturnType<typeof createThroughput> }) {
  const w = useMessages(boardMessages);
  const formats = useFormats();
  const titleId = useId();
  const times = throughput.lastPaid(60).map(({ tookMs }) => tookMs);
  const middle = median(times);
  const told =
    middle === null
      ? w.noPaid
      : w.toPaidOf(formats.number(times.length), formats.duration(Math.min(...times)), formats.duration(Math.max(...times)));
  return (
    <div className={`${styles['gauge']} ${styles['wide']}`}>
      <p className={styles['label']}>{w.toPaid}</p>
      <p className={`${styles['value']} figures`}>{middle === null ? '–' : formats.duration(middle)}</p>
      <svg
        className={styles['line']}
        viewBox={`0 -2 ${size.width} ${size.height + 4}`}
        role="img"
        aria-labelledby={titleId}
        preserveAspectRatio="none"
      >
        <title id={titleId}>{told}</title>
        <polyline
          points={sparkline(times, size.width, size.height)}
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
    </div>
  );
}
