import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Provider } from 'urql';
import { Route, Switch, useLocation } from 'wouter';
import { PageSkeleton } from './design/skeleton.tsx';
import { createShopClient } from './graph/client.ts';
import { Layout } from './layout/layout.tsx';
import { LeaveGuard } from './layout/leave-guard.tsx';
import { PageErrors } from './layout/page-errors.tsx';
import { LanguageContext } from './messages/language.ts';
import { JoinCart } from './pages/cart/join-cart.tsx';
import { CataloguePage } from './pages/catalogue/catalogue-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { paths } from './paths.ts';
import { useSession, useShop, useStore } from './shop.ts';

/** A page of its own file, fetched when it is first opened. */
const page = <Name extends string>(load: () => Promise<Record<Name, React.ComponentType>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));

const ProductPage = page(() => import('./pages/product/product-page.tsx'), 'ProductPage');
const CartPage = page(() => import('./pages/cart/cart-page.tsx'), 'CartPage');
const CheckoutPage = page(() => import('./pages/checkout/checkout-page.tsx'), 'CheckoutPage');
const OrderPage = page(() => import('./pages/order/order-page.tsx'), 'OrderPage');
const OrdersPage = page(() => import('./pages/orders/orders-page.tsx'), 'OrdersPage');
const LogInPage = page(() => import('./pages/access/log-in-page.tsx'), 'LogInPage');
const RegisterPage = page(() => import('./pages/access/register-page.tsx'), 'RegisterPage');
const ForgotPasswordPage = page(() => import('./pages/access/forgot-password-page.tsx'), 'ForgotPasswordPage');
const ResetPasswordPage = page(() => import('./pages/access/reset-password-page.tsx'), 'ResetPasswordPage');
const ConfirmEmailPage = page(() => import('./pages/access/confirm-email-page.tsx'), 'ConfirmEmailPage');
const AccountPage = page(() => import('./pages/account/account-page.tsx'), 'AccountPage');
const AdminPages = page(() => import('./pages/admin/admin-pages.tsx'), 'AdminPages');

export function App() {
  const { preferences } = useShop();
  const session = useSession();
  const { language } = useStore(preferences, () => preferences.current());
  return (
    <LanguageContext value={language}>
      {/* the next user finds nothing of the last one in the cache */}
      <Graph key={session?.user.id ?? 'guest'}>
        <LeaveGuard>
          <Layout>
            <Pages />
          </Layout>
        </LeaveGuard>
      </Graph>
    </LanguageContext>
  );
}

function Graph({ children }: { children: ReactNode }) {
  const { sessions, live } = useShop();
  const [client] = useState(() => createShopClient({ url: '/graphql', sessions, live }));
  return (
    <Provider value={client}>
      <JoinCart>{children}</JoinCart>
    </Provider>
  );
}

function Pages() {
  const [path] = useLocation();
  // the admin keeps its own state from one of its pages to another
  return (
    <PageErrors key={path.startsWith('/admin') ? 'admin' : path}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path={paths.catalogue} component={CataloguePage} />
          <Route path={paths.product} component={ProductPage} />
          <Route path={paths.cart} component={CartPage} />
          <Route path={paths.checkout} component={CheckoutPage} />
          <Route path={paths.orders} component={OrdersPage} />
          <Route path={paths.order} component={OrderPage} />
          <Route path={paths.logIn} component={LogInPage} />
          <Route path={paths.register} component={RegisterPage} />
          <Route path={paths.forgotPassword} component={ForgotPasswordPage} />
          <Route path={paths.resetPassword} component={ResetPasswordPage} />
          <Route path={paths.confirmEmail} component={ConfirmEmailPage} />
          <Route path={paths.account} component={AccountPage} />
          <Route path={`${paths.admin}/*?`} component={AdminPages} />
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </PageErrors>
  );
}
