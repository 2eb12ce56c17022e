import type { ReactNode } from 'react';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { adminMessages } from '../messages.ts';

/** Holds a table, which may be wider than the screen: it scrolls, the page does not. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  const w = useMessages(adminMessages);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={adminStyles['scroll']} tabIndex={0} aria-label={w.table(label)}>
      {children}
    </section>
  );
}
