import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import styles from './skeleton.module.css';

/** Where something is on its way: as large as it will be, so that nothing moves when it comes. Sizes are CSS lengths. */
export function Skeleton({ width = '100%', height = '1em', round = false }: { width?: string; height?: string; round?: boolean }) {
  return <span aria-hidden="true" className={styles['skeleton']} style={{ width, height, ...(round ? { borderRadius: '99px' } : {}) }} />;
}

/** A whole page on its way; it holds the footer where it will be. */
export function PageSkeleton() {
  const w = useMessages(commonMessages);
  return (
    <div className={`stack ${styles['page']}`} role="status">
      <span className="visually-hidden">{w.loading}</span>
      <Skeleton width="min(60%, 22rem)" height="2.5rem" />
      <Skeleton width="min(90%, 38rem)" />
      <Skeleton height="14rem" />
    </div>
  );
}
