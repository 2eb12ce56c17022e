import { useEffect, useLayoutEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

const kept = 'marigold.scroll';
const lookForMs = 3000;
const mostPlaces = 100;
const byHand = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/**
 * A new page starts at its top; going back or reloading restores the scroll position, as soon as the page is long enough again.
 * Browsers do this for documents, but not for pages that are still being filled.
 */
export function Scrolling() {
  const [path] = useLocation();
  const search = useSearch();
  const shown = useRef<string | null>(null);
  const isFinding = useRef(false);

  useEffect(() => {
    history.scrollRestoration = 'manual';
    const keep = () => {
      // the position of a page that is still too short is not meaningful
      if (!isFinding.current) keepPlace(window.scrollY);
    };
    window.addEventListener('scrollend', keep);
    return () => window.removeEventListener('scrollend', keep);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters are another step of the history, though not another page
  useLayoutEffect(() => {
    const isAnotherPage = shown.current !== path;
    shown.current = path;
    // a step that has a name was taken before: by going back, or in the document that was here before a reload
    const place = stepName() === null ? 0 : (readPlaces()[stepName() ?? ''] ?? 0);
    nameStep();
    if (!isAnotherPage) return;
    if (place === 0) {
      // newer browsers answer with a promise, which is no way to clean up
      window.scrollTo(0, 0);
      return;
    }
    isFinding.current = true;
    return findPlace(place, () => {
      isFinding.current = false;
    });
  }, [path, search]);

  return null;
}

/** Goes down as far as the page goes, which makes an endless one longer, until the place is there, nothing comes any more or the visitor takes over. */
function findPlace(place: number, onFound: () => void): () => void {
  const over = new AbortController();
  const stop = () => {
    over.abort();
    onFound();
  };
  const look = (height: number, until: number) => {
    if (over.signal.aborted) return;
    window.scrollTo(0, place);
    const there = document.body.scrollHeight;
    const end = there > height ? performance.now() + lookForMs : until;
    if (Math.abs(window.scrollY - place) <= 1 || performance.now() > end) stop();
    else requestAnimationFrame(() => look(Math.max(height, there), end));
  };
  for (const event of byHand) window.addEventListener(event, stop, { passive: true, signal: over.signal });
  look(0, 0);
  return stop;
}

function stepName(): string | null {
  const state: unknown = history.state;
  return typeof state === 'object' && state !== null && 'step' in state && typeof state.step === 'string' ? state.step : null;
}

/** The router replaces the method of `history` by one that notifies its listeners; they must not see this call. */
function nameStep(): void {
  if (stepName() !== null) return;
  const state: unknown = history.state;
  const step = Math.random().toString(36).slice(2, 12);
  History.prototype.replaceState.call(history, { ...(typeof state === 'object' ? state : {}), step }, '');
}

function keepPlace(place: number): void {
  const step = stepName();
  if (step === null) return;
  const others = Object.entries(readPlaces()).filter(([name]) => name !== step);
  try {
    sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries([...others, [step, Math.round(place)]].slice(-mostPlaces))));
  } catch {
    // a browser that keeps nothing begins every page at its top
  }
}

function readPlaces(): Record<string, number> {
  try {
    const places: unknown = JSON.parse(sessionStorage.getItem(kept) ?? '{}');
    return typeof places === 'object' && places !== null ? (places as Record<string, number>) : {};
  } catch {
    return {};
  }
}
