import { NotFoundPage } from '../not-found-page.tsx';

export function CartPage() {
  return <NotFoundPage />;
}
