import { NotFoundPage } from '../not-found-page.tsx';

export function CheckoutPage() {
  return <NotFoundPage />;
}
