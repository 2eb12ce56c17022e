import { useRef } from 'react';

/** An idempotency key: the same request sent again under it is carried out once. Also where a page is not served securely. */
export function newRequestKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The key for what a form holds: the same for the same input, after a double click or a lost answer, until the shop has answered. */
export function useRequestKey() {
  const kept = useRef<{ readonly input: string; readonly key: string } | null>(null);
  return {
    keyOf(input: object): string {
      const text = JSON.stringify(input);
      if (kept.current?.input !== text) kept.current = { input: text, key: newRequestKey() };
      return kept.current.key;
    },
    settled(): void {
      kept.current = null;
    },
  };
}
