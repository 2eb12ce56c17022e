import { Problem } from '../../../design/problem.tsx';
import { useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { FaultPanel } from '../faults/fault-panel.tsx';
import { MetricsPanel } from '../metrics/metrics-panel.tsx';
import { ComponentsPanel, ConsumersPanel } from './components.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { FailedMails } from './failed-mails.tsx';
import { operationsMessages } from './messages.ts';
import styles from './operations.module.css';
import { useVitals } from './use-vitals.ts';

/** How the shop is inside, and what it could not do. */
export function OperationsPage() {
  const w = useMessages(operationsMessages);
  usePageTitle(w.title);
  const { data, problem, traceId, again } = useVitals();
  if (problem === 'FORBIDDEN') return <Problem code={problem} />;
  return (
    <>
      <div className={adminStyles['head']}>
        <h1>{w.title}</h1>
      </div>
      {problem && !data && <Problem code={problem} traceId={traceId} onAgain={again} />}
      <div className={styles['panels']}>
        <MetricsPanel />
        <ComponentsPanel components={data === undefined ? undefined : data.components} />
        <ConsumersPanel consumers={data === undefined ? undefined : data.consumers} />
        <DeadLetters total={data?.deadLetters?.totalCount ?? null} />
        <FailedMails />
        <FaultPanel />
      </div>
    </>
  );
}
