import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './button.module.css';

type Look = 'main' | 'plain' | 'danger' | 'text';
type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: Look;
  /** Work is under way: it cannot be pressed a second time, keeps its width and its focus, and announces it. */
  busy?: boolean;
};

export function Button({ look = 'main', busy = false, type = 'button', onClick, children, className = '', ...rest }: Props) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles['button']} ${styles[look]} ${className}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled'] || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
    </button>
  );
}

/** A link that looks like a button: it leads somewhere and does nothing. */
export function ButtonLink({ href, look = 'main', children }: { href: string; look?: Look; children: ReactNode }) {
  return (
    <Link href={href} className={`${styles['button']} ${styles[look]}`}>
      {children}
    </Link>
  );
}
