import type { ReactNode } from 'react';
import styles from './access.module.css';

type Props = { title: string; lead: string; notice?: string | undefined; children: ReactNode };

/** A narrow page with one form: its title, what it is for, and what was just done. */
export function AccessFrame({ title, lead, notice, children }: Props) {
  return (
    <div className={styles['page']}>
      <header>
        <h1>{title}</h1>
        <p className={styles['lead']}>{lead}</p>
      </header>
      {notice && (
        <p role="status" className={styles['notice']}>
          {notice}
        </p>
      )}
      {children}
    </div>
  );
}
