import { type RefCallback, useCallback, useEffect, useRef } from 'react';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { Button } from './button.tsx';
import styles from './list-end.module.css';

type Props = {
  /** Of the connection that is shown. */
  page: { readonly hasNextPage: boolean; readonly endCursor?: string | null } | undefined;
  /** As useShopQuery gives it. */
  query: { readonly refreshing: boolean; readonly problem: string | null; again(): void };
  onMore(after: string): void;
};

/** The end of a list that loads its next page when it is scrolled near. A page that failed is retried by button only. */
export function ListEnd({ page, query: { refreshing, problem, again }, onMore }: Props) {
  const w = useMessages(commonMessages);
  const more = () => {
    if (page?.endCursor && !refreshing) onMore(page.endCursor);
  };
  const end = useEndReached(more, !refreshing);
  if (!page?.hasNextPage) return null;
  return (
    <div ref={end} className={styles['end']}>
      <Button look="plain" busy={refreshing} onClick={problem ? again : more}>
        {w.showMore}
      </Button>
    </div>
  );
}

/**
 * For the element at the end of a list: `onReached` is called when it comes near, and again whenever the list `isReady` for more while it still is:
 * an observer alone does not report an end that was in view from the start.
 */
function useEndReached(onReached: () => void, isReady: boolean): RefCallback<Element> {
  const reached = useRef(onReached);
  useEffect(() => {
    reached.current = onReached;
  });
  return useCallback(
    (element) => {
      if (element === null || !isReady) return;
      const observer = new IntersectionObserver(
        (entries) => {
          if (entries.some((entry) => entry.isIntersecting)) reached.current();
        },
        { rootMargin: '600px' },
      );
      observer.observe(element);
      return () => observer.disconnect();
    },
    [isReady],
  );
}
