import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { BoardView } from './use-board.ts';

/** Above this number moves are not animated. */
const mostFlights = 16;
const flight = { duration: 320, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' };

/**
 * Lets the cards that moved fly from where they were to where they are, and new ones come up, unless the visitor prefers no motion.
 * Returns the ref of what holds the cards; a card is an element with `data-order`.
 */
export function useFlights(view: BoardView, beforeMove: RefObject<(moved: readonly string[]) => void>): RefObject<HTMLElement | null> {
  const area = useRef<HTMLElement>(null);
  const from = useRef(new Map<string, DOMRect | null>());

  useLayoutEffect(() => {
    beforeMove.current = (moved) => {
      from.current.clear();
      if (moved.length === 0 || moved.length > mostFlights || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      for (const id of moved) from.current.set(id, cardOf(area.current, id)?.getBoundingClientRect() ?? null);
    };
    return () => {
      beforeMove.current = () => undefined;
    };
  }, [beforeMove]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it runs once for each view that is drawn
  useLayoutEffect(() => {
    for (const [id, start] of from.current) {
      const card = cardOf(area.current, id);
      if (card) fly(card, start);
    }
    from.current.clear();
  }, [view]);

  return area;
}

function cardOf(area: HTMLElement | null, id: string): HTMLElement | null {
  return area?.querySelector<HTMLElement>(`[data-order="${CSS.escape(id)}"]`) ?? null;
}

function fly(card: HTMLElement, start: DOMRect | null): void {
  if (start === null) {
    card.animate(
      [
        { opacity: 0, transform: 'translateY(-8px)' },
        { opacity: 1, transform: 'none' },
      ],
      flight,
    );
    return;
  }
  // a column cuts off what leaves it: a likeness of the card flies over all of them
  const end = card.getBoundingClientRect();
  const likeness = card.cloneNode(true) as HTMLElement;
  likeness.removeAttribute('data-order');
  likeness.inert = true;
  Object.assign(likeness.style, { position: 'fixed', left: `${end.left}px`, top: `${end.top}px`, width: `${end.width}px`, zIndex: '4' });
  card.closest('ul')?.append(likeness);
  card.animate([{ opacity: 0 }, { opacity: 0 }], flight);
  const from = `translate(${start.left - end.left}px, ${start.top - end.top}px)`;
  const flying = likeness.animate([{ transform: from }, { transform: 'none' }], flight);
  flying.onfinish = () => likeness.remove();
  flying.oncancel = () => likeness.remove();
}
