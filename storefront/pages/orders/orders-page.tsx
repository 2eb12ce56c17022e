import { NotFoundPage } from '../not-found-page.tsx';

export function OrdersPage() {
  return <NotFoundPage />;
}
