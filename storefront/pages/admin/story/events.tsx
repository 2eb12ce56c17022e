import { useFormats } from '../../../words/formats.ts';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { CopyButton } from '../parts/copy-button.tsx';
import { deskWords } from '../words.ts';
import styles from './story.module.css';
import { type Fact, noteInWords, timelineOf } from './timeline.ts';
import { storyWords } from './words.ts';

/** Every fact of an order on one line, with who said it and how long it took. */
export function Facts({ facts }: { facts: readonly Fact[] | null }) {
  const w = useWords(storyWords);
  const { reasons } = useWords(deskWords);
  const formats = useFormats();
  return (
    <section className={desk['panel']} aria-labelledby="facts">
      <h2 id="facts">{w.facts}</h2>
      {facts === null && <p className="quiet">{w.factsGone}</p>}
      <ol className={styles['line']} aria-live="polite" aria-relevant="additions">
        {timelineOf(facts ?? []).map((knot) => (
          <li key={knot.id} className={`${styles['knot']} ${styles[knot.tone]}`}>
            <p className={styles['told']}>
              <strong>{w.told[knot.type] ?? knot.type}</strong>
              {knot.gapMs !== null && <span className={`${styles['gap']} figures`}>{w.after(formats.duration(knot.gapMs))}</span>}
            </p>
            <p className={styles['by']}>
              <time dateTime={knot.at} className="figures">
                {formats.date(knot.at)}, {formats.clock(knot.at)}.{knot.at.slice(20, 23)}
              </time>
              <span className={desk['chip']}>{knot.service}</span>
              <span className={`${desk['mono']} quiet`}>{knot.type}</span>
            </p>
            {knot.note && <p className={styles['note']}>{noteInWords(knot.note, [reasons, w.failure], formats.money)}</p>}
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
