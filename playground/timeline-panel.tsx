import { useEffect, useRef } from 'react';
import { useShownOperation } from './editor.tsx';
import { useShop, useSignal } from './hooks.ts';
import type { Run } from './runs.ts';
import type { Change, TimelineEvent } from './timeline.ts';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const states: Readonly<Record<Run['state'], string>> = { running: 'live', stopped: 'stopped', ended: 'ended' };
/** More than a reader takes in at one event; the answer itself is above. */
const mostChanges = 12;

/** The run of the shown tab; undefined when no subscription was started there. */
export function useShownRun(): Run | undefined {
  const { runs } = useShop();
  const { tab } = useShownOperation();
  return useSignal({ watch: runs.watch, get: () => runs.of(tab) });
}

/** The results of a subscription, one after the other. */
export function TimelinePanel() {
  const { runs } = useShop();
  const { tab } = useShownOperation();
  const run = useShownRun();
  const list = useRef<HTMLOListElement>(null);
  const newest = run?.events.at(-1)?.number;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new event is the occasion
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [newest]);
  if (run === undefined) return <p className="under-empty">Run a subscription, and what it tells is kept here while the tab is open.</p>;
  return (
    <div className="timeline">
      <p className={`timeline-state ${run.state}`}>
        <span className="dot" aria-hidden="true" />
        <span role="status">
          {run.name} is {states[run.state]}, {newest ?? 0} {newest === 1 ? 'event' : 'events'}
        </span>
        {run.state === 'running' && (
          <button type="button" onClick={() => runs.stop(tab)}>
            Stop
          </button>
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <ol ref={list} className="events" aria-label="Events" tabIndex={0}>
        {run.events.map((event) => (
          <Event key={event.number} event={event} />
        ))}
      </ol>
    </div>
  );
}

function Event({ event }: { event: TimelineEvent }) {
  const { at, afterMs, changes, errors } = event;
  return (
    <li className={errors.length > 0 ? 'event trouble' : 'event'}>
      <p className="event-time">
        <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
        <span>{afterMs === null ? 'the first' : `${afterMs} ms later`}</span>
      </p>
      <ul className="changes">
        {errors.map((error) => (
          <li key={error}>{error}</li>
        ))}
        {changes.slice(0, mostChanges).map((change) => (
          <ChangeLine key={change.path} change={change} />
        ))}
        {changes.length > mostChanges && <li>and {changes.length - mostChanges} more</li>}
        {changes.length === 0 && errors.length === 0 && <li>Nothing changed.</li>}
      </ul>
    </li>
  );
}

function ChangeLine({ change: { path, before, after } }: { change: Change }) {
  return (
    <li>
      <span className="change-path">{path}</span>{' '}
      {before !== undefined && (
        <>
          <del>{before}</del> <span aria-hidden="true">→</span>{' '}
        </>
      )}
      <ins>{after}</ins>
    </li>
  );
}
