import { NotFoundPage } from '../not-found-page.tsx';

export function OrderPage() {
  return <NotFoundPage />;
}
