import type { ReactNode } from 'react';
import styles from './access.module.css';

type Props = { title: string; lead: string; said?: string | undefined; children: ReactNode };

/** A narrow page with one form: its title, what it is for, and what was just done. */
export function AccessFrame({ title, lead, said, children }: Props) {
  return (
    <div className={styles['page']}>
      <header>
        <h1>{title}</h1>
        <p className={styles['lead']}>{lead}</p>
      </header>
      {said && (
        <p role="status" className={styles['said']}>
          {said}
        </p>
      )}
      {children}
    </div>
  );
}
