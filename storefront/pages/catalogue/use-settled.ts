import { useEffect, useState } from 'react';

const settledMs = 300;

/** The list as it is when it has not changed for a moment: what follows it begins anew with each change, and need not at each. */
export function useSettled(list: readonly string[]): readonly string[] {
  const [settled, setSettled] = useState<readonly string[]>([]);
  const key = list.join(' ');
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(key === '' ? [] : key.split(' ')), settledMs);
    return () => window.clearTimeout(timer);
  }, [key]);
  return settled;
}
