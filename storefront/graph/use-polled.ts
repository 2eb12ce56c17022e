import { useEffect, useRef } from 'react';

/** Calls `ask` every `ms` while the page is visible. Metrics are polled; events are subscribed to. */
export function usePolled(ask: () => void, ms: number): void {
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, ms);
    return () => window.clearInterval(timer);
  }, [ms]);
}
