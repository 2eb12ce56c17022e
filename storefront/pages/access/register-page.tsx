import { NotFoundPage } from '../not-found-page.tsx';

export function RegisterPage() {
  return <NotFoundPage />;
}
