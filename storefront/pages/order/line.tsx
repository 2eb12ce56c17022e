import { useEffect, useState } from 'react';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './line.module.css';
import { orderMessages } from './messages.ts';
import { awaitedIn, isChecking, type Knot, knotsOf, type Step, type Story, waitedMs } from './timeline.ts';

/** What happened to the order, as knots of a line; the one that is waited for breathes at its end. */
export function Line({ story, shown, isFresh }: { story: Story; shown: readonly Step[]; isFresh(version: number): boolean }) {
  const w = useMessages(orderMessages);
  const last = shown.at(-1);
  const awaited = last ? awaitedIn(last.status) : null;
  return (
    <section aria-labelledby="story" className={styles['story']}>
      <h2 id="story">{w.story}</h2>
      <ol className={styles['line']} data-ended={last?.status === 'CANCELLED' || undefined}>
        {knotsOf(shown).map((knot) => (
          <KnotOfLine key={knot.version} knot={knot} isFresh={isFresh(knot.version)} />
        ))}
        {awaited && last && (
          <li className={styles['awaited']} data-awaited={awaited}>
            <p className={styles['title']}>{w.awaited[awaited]}…</p>
            {isChecking(last.status) && <Waited story={story} />}
          </li>
        )}
      </ol>
      {last && !isChecking(last.status) && <Took story={story} />}
    </section>
  );
}

function KnotOfLine({ knot, isFresh }: { knot: Knot; isFresh: boolean }) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  const { title, hint } = w.knot[knot.status];
  return (
    <li
      className={`${styles['knot']} ${styles[knot.tone]} ${isFresh ? styles['fresh'] : ''}`}
      data-version={knot.version}
      data-status={knot.status}
    >
      <p className={styles['title']}>{title}</p>
      <p className="quiet small">{hint}</p>
      <p className={`${styles['details']} figures`}>
        <time dateTime={knot.at}>{formats.clock(knot.at)}</time>
        {knot.gapMs !== null && <span>{w.after(formats.duration(knot.gapMs))}</span>}
        {knot.part && <span className={styles['part']}>{w.part[knot.part]}</span>}
      </p>
      {isFresh && knot.status === 'PAID' && <Petals />}
    </li>
  );
}

const petals = [...'abcdefghijkl'];

/** The money is there: a marigold opens, once. */
function Petals() {
  return (
    <span aria-hidden="true" className={styles['petals']} data-celebration>
      {petals.map((petal, at) => (
        <i key={petal} style={{ rotate: `${(360 / petals.length) * at}deg` }} />
      ))}
    </span>
  );
}

const tickMs = 100;

function Waited({ story }: { story: Story }) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), tickMs);
    return () => window.clearInterval(timer);
  }, []);
  // screen readers do not announce every tick
  return (
    <p className={`${styles['details']} figures`} aria-hidden="true">
      {w.waiting} {formats.duration(Math.floor(waitedMs(story, now) / tickMs) * tickMs)}
    </p>
  );
}

function Took({ story }: { story: Story }) {
  const w = useMessages(orderMessages);
  const formats = useFormats();
  return <p className={`${styles['took']} quiet small figures`}>{w.took(formats.duration(waitedMs(story, 0)))}</p>;
}
