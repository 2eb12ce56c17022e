import { NotFoundPage } from '../not-found-page.tsx';

export function ProductPage() {
  return <NotFoundPage />;
}
