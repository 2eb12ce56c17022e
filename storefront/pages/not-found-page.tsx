import { Problem } from '../design/problem.tsx';

export function NotFoundPage() {
  return <Problem code="NOT_FOUND" />;
}
