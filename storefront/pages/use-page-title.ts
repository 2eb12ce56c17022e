import { useEffect } from 'react';

/** The title of the window: the page's own before the shop's; null for the shop's alone. */
export function usePageTitle(title: string | null | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Marigold` : 'Marigold';
  }, [title]);
}
