import { useEffect, useRef } from 'react';
import { unsaved } from './unsaved.ts';

/** While `isTyped`, leaving the page has to be confirmed; see layout/leave-guard.tsx. */
export function useUnsaved(isTyped: boolean): void {
  const form = useRef<object>({});
  useEffect(() => {
    const one = form.current;
    unsaved.mark(one, isTyped);
    return () => unsaved.mark(one, false);
  }, [isTyped]);
}
