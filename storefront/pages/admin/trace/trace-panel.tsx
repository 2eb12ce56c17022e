import { useState } from 'react';
import traceFile from '../../../../schema/operations/admin/trace.graphql';
import type { TraceQuery, TraceQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { Problem } from '../../../design/problem.tsx';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { CopyButton } from '../shared/copy-button.tsx';
import { storyMessages } from '../story/messages.ts';
import { traceMessages } from './messages.ts';
import styles from './trace.module.css';
import { isStatement, type TraceOfOrder } from './waterfall.ts';
import { Waterfall } from './waterfall.tsx';

const TraceOf = registered<TraceQuery, TraceQueryVariables>(traceFile);

type TracePanelProps = {
  traces: readonly TraceOfOrder[] /** Null when none is shown. */;
  chosen: string | null;
  onChoose(traceId: string | null): void;
};

/** The traces of an order: one is fetched when it is chosen. */
export function TracePanel({ traces, chosen, onChoose }: TracePanelProps) {
  const w = useMessages(traceMessages);
  const { eventNames, copyTrace } = useMessages(storyMessages);
  const formats = useFormats();
  return (
    <section className={`${adminStyles['panel']} ${styles['panel']}`} aria-labelledby="trace">
      <h2 id="trace" tabIndex={-1}>
        {w.title}
      </h2>
      <p className="quiet small">{traces.length === 0 ? w.none : w.about}</p>
      <fieldset className={styles['choice']} hidden={traces.length === 0}>
        <legend className="visually-hidden">{w.choose}</legend>
        {traces.map(({ traceId, type, at }) => (
          <button
            key={traceId}
            type="button"
            aria-pressed={traceId === chosen}
            onClick={() => onChoose(traceId === chosen ? null : traceId)}
          >
            {eventNames[type] ?? type} <span className="quiet figures">{formats.clock(at)}</span>
          </button>
        ))}
      </fieldset>
      {chosen !== null && (
        <>
          <TraceView key={chosen} id={chosen} />
          <p className="small">
            <CopyButton text={chosen} label={copyTrace(chosen)} />
          </p>
        </>
      )}
    </section>
  );
}

function TraceView({ id }: { id: string }) {
  const w = useMessages(traceMessages);
  const formats = useFormats();
  const [showsStatements, setShowsStatements] = useState(false);
  const { data, loading, refreshing, problem, traceId, again } = useShopQuery(TraceOf, { id }, { requestPolicy: 'cache-and-network' });
  // it grows while the services are at it, and each reports a second later
  usePolled(() => {
    if (!refreshing) again();
  }, 5000);
  if (problem && !data) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (loading) return <Skeleton height="16rem" />;
  const trace = data?.trace;
  if (!trace) return <p role="status">{w.missing}</p>;
  const statements = trace.spans.filter(isStatement).length;
  return (
    <>
      <div className={styles['summary']}>
        <span className="figures">{w.summary(formats.count(trace.spans.length, w.spans), formats.duration(trace.durationMs))}</span>
        {statements > 0 && (
          <label>
            <input type="checkbox" checked={showsStatements} onChange={({ target }) => setShowsStatements(target.checked)} />{' '}
            {formats.count(statements, w.statements)}
          </label>
        )}
      </div>
      <Waterfall trace={trace} showsStatements={showsStatements} />
    </>
  );
}
