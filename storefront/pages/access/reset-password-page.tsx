import { NotFoundPage } from '../not-found-page.tsx';

export function ResetPasswordPage() {
  return <NotFoundPage />;
}
