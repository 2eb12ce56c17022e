import { NotFoundPage } from '../not-found-page.tsx';

export function AdminPages() {
  return <NotFoundPage />;
}
