import { useState } from 'react';
import { usePolled } from '../../../graph/use-polled.ts';

/** The time, in ms since 1970, moved on every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  usePolled(() => setNow(Date.now()), everyMs);
  return now;
}
