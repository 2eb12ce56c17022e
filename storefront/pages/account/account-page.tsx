import { NotFoundPage } from '../not-found-page.tsx';

export function AccountPage() {
  return <NotFoundPage />;
}
