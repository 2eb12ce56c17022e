import { useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

/** The token of the link that led to this page, `path`?token=…; null without one. A link that is opened later gives its own. */
export function useLinkToken(path: string): string | null {
  const given = new URLSearchParams(useSearch()).get('token');
  const [, navigate] = useLocation();
  const [token, setToken] = useState(given);
  useEffect(() => {
    if (given === null) return;
    // whoever looks at the screen, or at the history of this browser, finds no key there
    setToken(given);
    navigate(path, { replace: true });
  }, [given, navigate, path]);
  return token;
}
