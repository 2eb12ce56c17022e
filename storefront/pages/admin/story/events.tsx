import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { adminMessages } from '../messages.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { storyMessages } from './messages.ts';
import styles from './story.module.css';
import { type DomainEvent, noteInMessages, timelineOf } from './timeline.ts';

/** All events of an order on one timeline, with the publishing service and the time between them. */
export function Events({ events }: { events: readonly DomainEvent[] | null }) {
  const w = useMessages(storyMessages);
  const { reasons } = useMessages(adminMessages);
  const formats = useFormats();
  return (
    <section className={adminStyles['panel']} aria-labelledby="events">
      <h2 id="events">{w.events}</h2>
      {events === null && <p className="quiet">{w.eventsGone}</p>}
      <ol className={styles['line']} aria-live="polite" aria-relevant="additions">
        {timelineOf(events ?? []).map((knot) => (
          <li key={knot.id} className={`${styles['knot']} ${styles[knot.tone]}`}>
            <p className={styles['eventName']}>
              <strong>{w.eventNames[knot.type] ?? knot.type}</strong>
              {knot.gapMs !== null && <span className={`${styles['gap']} figures`}>{w.after(formats.duration(knot.gapMs))}</span>}
            </p>
            <p className={styles['by']}>
              <time dateTime={knot.at} className="figures">
                {formats.date(knot.at)}, {formats.clock(knot.at)}.{knot.at.slice(20, 23)}
              </time>
              <span className={adminStyles['chip']}>{knot.service}</span>
              <span className={`${adminStyles['mono']} quiet`}>{knot.type}</span>
            </p>
            {knot.note && <p className={styles['note']}>{noteInMessages(knot.note, [reasons, w.failure], formats.money)}</p>}
            {knot.traceId && (
              <p className={styles['trace']}>
                <span className="quiet">{w.trace}</span> <CopyButton text={knot.traceId} label={w.copyTrace(knot.traceId)} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
