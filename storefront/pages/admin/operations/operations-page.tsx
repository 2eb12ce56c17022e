import { Problem } from '../../../design/problem.tsx';
import { useWords } from '../../../words/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import desk from '../desk.module.css';
import { FaultPanel } from '../faults/fault-panel.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { FailedMails } from './failed-mails.tsx';
import styles from './operations.module.css';
import { ConsumersPanel, PartsPanel } from './parts.tsx';
import { useVitals } from './use-vitals.ts';
import { operationsWords } from './words.ts';

/** How the shop is inside, and what it could not do. */
export function OperationsPage() {
  const w = useWords(operationsWords);
  usePageTitle(w.title);
  const { data, problem, correlationId, again } = useVitals();
  if (problem === 'FORBIDDEN') return <Problem code={problem} />;
  return (
    <>
      <div className={desk['head']}>
        <h1>{w.title}</h1>
      </div>
      {problem && !data && <Problem code={problem} correlationId={correlationId} onAgain={again} />}
      <div className={styles['panels']}>
        <PartsPanel parts={data === undefined ? undefined : data.parts} />
        <ConsumersPanel consumers={data === undefined ? undefined : data.consumers} />
        <DeadLetters total={data?.deadLetters?.totalCount ?? null} />
        <FailedMails />
        <FaultPanel />
      </div>
    </>
  );
}
