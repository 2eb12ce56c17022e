import { useMemo, useState } from 'react';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { traceMessages } from './messages.ts';
import styles from './trace.module.css';
import { type Row, rowsOf, type Span, type Trace } from './waterfall.ts';

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** The spans of a trace as bars on one time axis, each below its parent. A press on a row shows what is known of it. */
export function Waterfall({ trace, showsStatements }: { trace: Trace; showsStatements: boolean }) {
  const w = useMessages(traceMessages);
  const formats = useFormats();
  const [open, setOpen] = useState<string | null>(null);
  const rows = useMemo(() => rowsOf(trace, showsStatements), [trace, showsStatements]);
  return (
    <div className={styles['waterfall']}>
      <p className={`${styles['axis']} figures quiet`} aria-hidden="true">
        {ticks.map((part) => (
          <span key={part}>{formats.duration(trace.durationMs * part)}</span>
        ))}
      </p>
      <ol className={styles['rows']} aria-label={w.waterfall}>
        {rows.map((row) => (
          <li key={row.span.id}>
            <RowButton row={row} isOpen={open === row.span.id} onPress={() => setOpen(open === row.span.id ? null : row.span.id)} />
            {open === row.span.id && <Details span={row.span} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

function RowButton({ row: { span, depth, x, width, tone, detail }, isOpen, onPress }: { row: Row; isOpen: boolean; onPress: () => void }) {
  const w = useMessages(traceMessages);
  const formats = useFormats();
  return (
    <button type="button" className={styles['row']} aria-expanded={isOpen} onClick={onPress}>
      <span className={styles['what']}>
        {Array.from({ length: depth }, (_, level) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the levels are told apart by nothing else
          <span key={level} className={styles['level']} />
        ))}
        <span className={styles['name']}>
          <strong>{span.service}</strong> {span.name} {detail && <span className="quiet">{detail}</span>}
          {span.isFailed && (
            <span className={`${adminStyles['chip']} ${adminStyles['bad']}`}>
              {span.errorType === null ? w.failed : w.failedWith(span.errorType)}
            </span>
          )}
        </span>
      </span>
      <svg className={`${styles['bar']} ${styles[tone]}`} viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        <rect x={x} width={width} height="10" />
      </svg>
      <span className={`${styles['took']} figures`}>{formats.duration(span.durationMs)}</span>
    </button>
  );
}

function Details({ span }: { span: Span }) {
  const w = useMessages(traceMessages);
  const formats = useFormats();
  const known = [
    { name: w.service, value: span.service },
    { name: w.began, value: formats.duration(span.startedAtMs) },
    { name: w.took, value: formats.duration(span.durationMs) },
    ...span.attributes,
    ...span.links.map(({ traceId, spanId }) => ({ name: w.links, value: `${traceId}/${spanId}` })),
  ];
  return (
    <dl className={styles['details']}>
      {known.map(({ name, value }) => (
        <div key={`${name}=${value}`}>
          <dt className="quiet">{name}</dt>
          <dd className={adminStyles['mono']}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
