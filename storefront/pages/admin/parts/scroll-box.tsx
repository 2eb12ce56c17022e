import type { ReactNode } from 'react';
import desk from '../desk.module.css';

/** Holds what may be wider than the screen: it scrolls, the page does not. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={desk['scroll']} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
