import { NotFoundPage } from '../not-found-page.tsx';

export function LogInPage() {
  return <NotFoundPage />;
}
