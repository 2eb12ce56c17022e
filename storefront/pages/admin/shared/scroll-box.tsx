import type { ReactNode } from 'react';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { deskWords } from '../words.ts';

/** Holds a table, which may be wider than the screen: it scrolls, the page does not. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  const w = useWords(deskWords);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section className={desk['scroll']} tabIndex={0} aria-label={w.table(label)}>
      {children}
    </section>
  );
}
