import { Link, Route, Switch, useLocation } from 'wouter';
import { ButtonLink } from '../../design/button.tsx';
import { Empty, Problem } from '../../design/problem.tsx';
import { paths } from '../../paths.ts';
import { useSession } from '../../shop.ts';
import { commonWords } from '../../words/common.ts';
import { useWords } from '../../words/language.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { BoardPage } from './board/board-page.tsx';
import { DeskCataloguePage } from './catalogue/desk-catalogue-page.tsx';
import { DeskProductPage } from './catalogue/desk-product-page.tsx';
import { NewProductPage } from './catalogue/new-product-page.tsx';
import styles from './desk.module.css';
import { FaultWarning } from './faults/fault-warning.tsx';
import { OperationsPage } from './operations/operations-page.tsx';
import { DeskOrdersPage } from './orders/desk-orders-page.tsx';
import { OrderStoryPage } from './story/order-story-page.tsx';
import { deskWords } from './words.ts';

/** The desk: for those who run the shop. What it shows is guarded by the graph; here nobody is led to empty pages. */
export function AdminPages() {
  const w = useWords(deskWords);
  const common = useWords(commonWords);
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
        <Route path={paths.adminOrders} component={DeskOrdersPage} />
        <Route path={paths.adminOrder} component={OrderStoryPage} />
        <Route path={paths.adminCatalogue} component={DeskCataloguePage} />
        <Route path={paths.adminNewProduct} component={NewProductPage} />
        <Route path={paths.adminProduct} component={DeskProductPage} />
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
