import { useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation } from 'wouter';

const kept = 'marigold.scroll';
const lookForMs = 2000;

/**
 * A new page begins at its top; whoever goes back finds the page where they left it, as soon as it is long enough again. Browsers do this for
 * documents, but not for pages that are still being filled.
 */
export function Scrolling() {
  const [path] = useLocation();
  const wentBack = useRef(false);

  useEffect(() => {
    history.scrollRestoration = 'manual';
    const back = () => {
      wentBack.current = true;
    };
    const keep = () => {
      const places = readPlaces();
      sessionStorage.setItem(kept, JSON.stringify({ ...places, [placeKey()]: Math.round(window.scrollY) }));
    };
    window.addEventListener('popstate', back);
    window.addEventListener('scrollend', keep);
    return () => {
      window.removeEventListener('popstate', back);
      window.removeEventListener('scrollend', keep);
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another page
  useLayoutEffect(() => {
    const place = wentBack.current ? (readPlaces()[placeKey()] ?? 0) : 0;
    wentBack.current = false;
    if (place === 0) return window.scrollTo(0, 0);
    return scrollWhenLongEnough(place);
  }, [path]);

  return null;
}

function scrollWhenLongEnough(place: number): () => void {
  const end = performance.now() + lookForMs;
  let frame = 0;
  const look = () => {
    const isLongEnough = document.documentElement.scrollHeight >= place + window.innerHeight;
    if (isLongEnough || performance.now() > end) window.scrollTo(0, place);
    else frame = requestAnimationFrame(look);
  };
  look();
  return () => cancelAnimationFrame(frame);
}

const placeKey = () => `${location.pathname}${location.search}`;

function readPlaces(): Record<string, number> {
  try {
    const places: unknown = JSON.parse(sessionStorage.getItem(kept) ?? '{}');
    return typeof places === 'object' && places !== null ? (places as Record<string, number>) : {};
  } catch {
    return {};
  }
}
