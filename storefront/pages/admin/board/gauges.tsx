import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { useVitals } from '../operations/use-vitals.ts';
import { sumUp } from '../operations/vitals.ts';
import styles from './board.module.css';
import { boardMessages } from './messages.ts';
import { median, sparkline, type Throughput } from './throughput.ts';

/** Above the board: how fast the shop sells, and what waits in it. */
export function Gauges({ throughput, now }: { throughput: Throughput; now: number }) {
  const w = useMessages(boardMessages);
  const formats = useFormats();
  const { data } = useVitals();
  const sums = data ? sumUp(data) : null;
  /** A value that is on its way, or could not be loaded, is none. */
  const show = (value: number | undefined) => (value === undefined ? '…' : formats.number(value));
  const components = sums?.components ?? undefined;
  const consumers = sums?.consumers ?? undefined;
  const deadLetters = sums?.deadLetters ?? undefined;
  const unknown = sums ? w.unknown : '';
  return (
    <section aria-label={w.gauges} className={styles['gauges']}>
      <Gauge label={w.perMinute} value={formats.number(throughput.ordersPerMinute(now))} />
      <TimeToPaid throughput={throughput} />
      <Gauge label={w.outbox} value={show(components?.waiting)} hint={components ? hintOfOutbox(components) : unknown} />
      <Gauge label={w.lag} value={show(consumers?.lag)} hint={consumers ? hintOfLag(consumers) : unknown} />
      <Gauge
        label={w.letters}
        value={show(deadLetters)}
        isBad={deadLetters !== undefined && deadLetters > 0}
        hint={deadLetters === undefined ? unknown : hintOfLetters(deadLetters)}
      />
      <Gauge
        label={w.components}
        value={components ? `${formats.number(components.ready)}/${formats.number(components.count)}` : '…'}
        isBad={components !== undefined && components.ready < components.count}
        hint={components ? hintOfComponents(components) : unknown}
      />
    </section>
  );

  function hintOfOutbox({ waiting, oldestSeconds }: { waiting: number; oldestSeconds: number }): string {
    return waiting === 0 ? w.empty : w.outboxHint(formats.duration(oldestSeconds * 1000));
  }

  function hintOfLag({ behind }: { behind: number }): string {
    return behind === 0 ? w.caughtUp : formats.count(behind, w.lagHint);
  }

  function hintOfLetters(count: number): ReactNode {
    return count === 0 ? w.noLetters : <Link href="/admin/operations">{w.lettersHint}</Link>;
  }

  function hintOfComponents({ ready, count }: { ready: number; count: number }): string {
    return ready === count ? w.allReady : formats.count(count - ready, w.componentsDown);
  }
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

function TimeToPaid({ throughput }: { throughput: Throughput }) {
  const w = useMessages(boardMessages);
  const formats = useFormats();
  const titleId = useId();
  const times = throughput.lastPaid(60).map(({ tookMs }) => tookMs);
  const middle = median(times);
  const description =
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
        <title id={titleId}>{description}</title>
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
