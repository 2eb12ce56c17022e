import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { useFormats } from '../../../words/formats.ts';
import { useWords } from '../../../words/language.ts';
import { useVitals } from '../operations/use-vitals.ts';
import { sumUp } from '../operations/vitals.ts';
import styles from './board.module.css';
import { type createPace, median, sparkline } from './pace.ts';
import { boardWords } from './words.ts';

/** Above the board: how fast the shop sells, and what waits in it. */
export function Gauges({ pace, now }: { pace: ReturnType<typeof createPace>; now: number }) {
  const w = useWords(boardWords);
  const formats = useFormats();
  const { data } = useVitals();
  const sums = data ? sumUp(data) : null;
  const show = (value: number | null | undefined) => (value == null ? '…' : formats.number(value));
  return (
    <section aria-label={w.gauges} className={styles['gauges']}>
      <Gauge label={w.perMinute} value={formats.number(pace.ordersPerMinute(now))} />
      <TimeToPaid pace={pace} />
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
        label={w.parts}
        value={sums ? `${formats.number(sums.ready)}/${formats.number(sums.parts)}` : '…'}
        isBad={sums !== null && sums.ready < sums.parts}
        hint={sums && (sums.ready === sums.parts ? w.allReady : formats.count(sums.parts - sums.ready, w.partsDown))}
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

function TimeToPaid({ pace }: { pace: ReturnType<typeof createPace> }) {
  const w = useWords(boardWords);
  const formats = useFormats();
  const titleId = useId();
  const times = pace.lastPaid(60).map(({ tookMs }) => tookMs);
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
