import { Link, Route, Switch, useLocation } from 'wouter';
import { ButtonLink } from '../../design/button.tsx';
import { Empty, Problem } from '../../design/problem.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useMessages } from '../../messages/language.ts';
import { paths } from '../../paths.ts';
import { useSession } from '../../shop.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import styles from './admin.module.css';
import { BoardPage } from './board/board-page.tsx';
import { AdminCataloguePage } from './catalogue/admin-catalogue-page.tsx';
import { AdminProductPage } from './catalogue/admin-product-page.tsx';
import { NewProductPage } from './catalogue/new-product-page.tsx';
import { FaultWarning } from './faults/fault-warning.tsx';
import { adminMessages } from './messages.ts';
import { OperationsPage } from './operations/operations-page.tsx';
import { AdminOrdersPage } from './orders/admin-orders-page.tsx';
import { OrderStoryPage } from './story/order-story-page.tsx';

/** The admin pages. The graph enforces access; the check here only avoids empty pages. */
export function AdminPages() {
  const w = useMessages(adminMessages);
  const common = useMessages(commonMessages);
  const session = useSession();
  const [path] = useLocation();
  if (session === null) {
    const action = <ButtonLink href={`/log-in?next=${encodeURIComponent(path)}`}>{common.logIn}</ButtonLink>;
    return <Empty title={w.logIn} hint={w.logInHint} action={action} />;
  }
  if (session.user.role !== 'ADMIN') return <Problem code="FORBIDDEN" />;
  return (
    <div data-wide="">
      <nav className={styles['sections']} aria-label={w.sections}>
        <SectionLink href="/admin">{w.board}</SectionLink>
        <SectionLink href="/admin/orders">{w.orders}</SectionLink>
        <SectionLink href="/admin/catalogue">{w.catalogue}</SectionLink>
        <SectionLink href="/admin/operations">{w.operations}</SectionLink>
      </nav>
      <FaultWarning />
      <Switch>
        <Route path={paths.admin} component={BoardPage} />
        <Route path={paths.adminOrders} component={AdminOrdersPage} />
        <Route path={paths.adminOrder} component={OrderStoryPage} />
        <Route path={paths.adminCatalogue} component={AdminCataloguePage} />
        <Route path={paths.adminNewProduct} component={NewProductPage} />
        <Route path={paths.adminProduct} component={AdminProductPage} />
        <Route path={paths.adminOperations} component={OperationsPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </div>
  );
}

function SectionLink({ href, children }: { href: string; children: React.ReactNode }) {
  const [path] = useLocation();
  const isHere = href === '/admin' ? path === href : path.startsWith(href);
  return (
    <Link href={href} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
