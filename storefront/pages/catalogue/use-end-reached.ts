import { type RefCallback, useCallback, useEffect, useRef } from 'react';

/** For the element at the end of a list: `onReached` is called whenever it comes near. */
export function useEndReached(onReached: () => void): RefCallback<Element> {
  const reached = useRef(onReached);
  useEffect(() => {
    reached.current = onReached;
  });
  return useCallback((element) => {
    if (element === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) reached.current();
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}
