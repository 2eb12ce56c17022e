import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Notices } from '../design/notices.tsx';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import styles from './layout.module.css';
import { Scrolling } from './scrolling.tsx';

/** The frame of every page: header, one main part that has the focus after a step to another page, footer. */
export function Layout({ children }: { children: ReactNode }) {
  const w = useMessages(commonMessages);
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const first = useRef(path);
  useEffect(() => {
    // a screen reader begins to read where the new page begins; not on arrival, where the browser has its own way
    if (first.current !== path) main.current?.focus({ preventScroll: true });
    first.current = path;
  }, [path]);
  return (
    <div className={styles['frame']}>
      <a className={styles['skip']} href="#content">
        {w.skip}
      </a>
      <Scrolling />
      <Header />
      <main ref={main} id="content" tabIndex={-1} className={styles['main']}>
        {children}
      </main>
      <Footer />
      <Notices />
    </div>
  );
}
