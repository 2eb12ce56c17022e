import { NotFoundPage } from '../not-found-page.tsx';

export function ForgotPasswordPage() {
  return <NotFoundPage />;
}
