import { type RefCallback, useCallback, useEffect, useRef } from 'react';

/**
 * For the element at the end of a list: `onReached` is called when it comes near, and again whenever the list `isReady` for more while it still is:
 * an observer alone says nothing of an end that was near all along.
 */
export function useEndReached(onReached: () => void, isReady: boolean): RefCallback<Element> {
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
