import { useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';

/** The token of the link that led to this page, `path`?token=…; null without one. A link that is opened later gives its own. */
export function useLinkToken(path: string): string | null {
  const given = new URLSearchParams(useSearch()).get('token');
  const [, navigate] = useLocation();
  const [token, setToken] = useState(given);
  useEffect(() => {
    if (given === null) return;
    // keeps the token out of the address bar and the history of the browser
    setToken(given);
    navigate(path, { replace: true });
  }, [given, navigate, path]);
  return token;
}
