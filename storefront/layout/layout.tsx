import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Notices } from '../design/notices.tsx';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { useCartCount } from '../pages/cart/use-cart.ts';
import { useSession } from '../shop.ts';
import { Footer } from './footer.tsx';
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

function Header() {
  const w = useMessages(commonMessages);
  const session = useSession();
  const count = useCartCount();
  return (
    <header className={styles['header']}>
      <div className={styles['bar']}>
        <Link href="/" className={styles['name'] ?? ''}>
          <img src="/marigold.svg" alt="" width="32" height="32" />
          {w.shop}
        </Link>
        <nav className={styles['links']} aria-label={w.shop}>
          <NavLink href="/">{w.catalogue}</NavLink>
          {session && <NavLink href="/orders">{w.orders}</NavLink>}
          {session?.user.role === 'ADMIN' && <NavLink href="/admin">{w.admin}</NavLink>}
          {session ? <NavLink href="/account">{w.account}</NavLink> : <NavLink href="/log-in">{w.logIn}</NavLink>}
          <NavLink href="/cart">
            {w.cart} {count > 0 && <span className={`${styles['count']} figures`}>{count}</span>}
          </NavLink>
        </nav>
      </div>
    </header>
  );
}

function NavLink({ href, children }: { href: string; children: React.ReactNode }) {
  const [path] = useLocation();
  const isHere = path === href || (href === '/admin' && path.startsWith('/admin'));
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
