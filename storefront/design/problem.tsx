import type { ReactNode } from 'react';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { Button, ButtonLink } from './button.tsx';
import styles from './problem.module.css';

type Props = {
  /** As codeOf gives it. */
  code: string;
  traceId?: string | undefined;
  /** Without it there is nothing to try again. */
  onAgain?: () => void;
};

/** Instead of what could not be shown: what happened, and what to do. */
export function Problem({ code, traceId, onAgain }: Props) {
  const w = useMessages(commonMessages);
  // what a page asks for stands in its address
  if (code === 'NOT_FOUND' || code === 'INVALID_INPUT')
    return <Empty title={w.notFound} hint={w.notFoundHint} action={<ButtonLink href="/">{w.toShop}</ButtonLink>} />;
  if (code === 'FORBIDDEN') return <Empty title={w.forAdmins} action={<ButtonLink href="/">{w.toShop}</ButtonLink>} />;
  const isOffline = code === 'OFFLINE' || code === 'UNAVAILABLE';
  return (
    <div role="alert">
      <Empty
        title={isOffline ? w.offline : w.failed}
        hint={traceId ? `${w.failedHint} ${w.traceId(traceId)}` : w.failedHint}
        action={
          onAgain && (
            <Button look="plain" onClick={onAgain}>
              {w.again}
            </Button>
          )
        }
      />
    </div>
  );
}

/** An empty state: the reason, and what the user can do. */
export function Empty({ title, hint, action, picture }: { title: string; hint?: ReactNode; action?: ReactNode; picture?: ReactNode }) {
  return (
    <section className={styles['empty']}>
      {picture}
      <h1 className={styles['title']}>{title}</h1>
      {hint && <p className="quiet">{hint}</p>}
      {action}
    </section>
  );
}
