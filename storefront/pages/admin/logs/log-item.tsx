import { useState } from 'react';
import type { OrderLogsQuery } from '../../../../schema/operations/admin.types.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { fieldsOf, previewOf } from './fields.ts';
import styles from './logs.module.css';
import { logsMessages } from './messages.ts';

type LogRecord = NonNullable<OrderLogsQuery['logs']>['edges'][number]['node'];

const toneOf: Readonly<Record<string, string | undefined>> = {
  WARN: styles['warning'],
  ERROR: adminStyles['bad'],
  FATAL: adminStyles['bad'],
};

/** One record; a press shows all that it holds, and leads to its trace. */
export function LogItem({ record, onTrace }: { record: LogRecord; onTrace(traceId: string): void }) {
  const w = useMessages(logsMessages);
  const formats = useFormats();
  const [isOpen, setOpen] = useState(false);
  const { time, level, service, message, traceId, fields } = record;
  const preview = previewOf(fields);
  return (
    <li className={styles['record']} data-level={level}>
      <button type="button" className={styles['row']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time dateTime={time} className="figures quiet">
          {formats.clock(time)}.{time.slice(20, 23)}
        </time>
        <span className={`${adminStyles['chip']} ${toneOf[level] ?? ''}`}>{w.levels[level]}</span>
        <strong>{service}</strong>
        <span className={styles['message']}>
          {message} {preview && <span className="quiet">{preview}</span>}
        </span>
      </button>
      {isOpen && (
        <div className={styles['details']}>
          <p className="quiet">
            {formats.date(time)}, {formats.clock(time)}.{time.slice(20, 23)}
          </p>
          <Fields json={fields} />
          {traceId && (
            <p className={styles['trace']}>
              <span className="quiet">{w.traceId}</span> <span className={adminStyles['mono']}>{traceId}</span>
              <button type="button" className={styles['link']} onClick={() => onTrace(traceId)}>
                {w.trace}
              </button>
            </p>
          )}
        </div>
      )}
    </li>
  );
}

function Fields({ json }: { json: string }) {
  const w = useMessages(logsMessages);
  const fields = fieldsOf(json);
  if (fields.length === 0) return <p className="quiet">{w.noFields}</p>;
  return (
    <dl className={styles['fields']}>
      {fields.map(({ name, value }) => (
        <div key={name}>
          <dt className="quiet">{name}</dt>
          <dd className={adminStyles['mono']}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
