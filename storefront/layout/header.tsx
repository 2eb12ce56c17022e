import { Link, useLocation } from 'wouter';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { useCartCount } from '../pages/cart/use-cart.ts';
import { useSession } from '../shop.ts';
import styles from './layout.module.css';

export function Header() {
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
