import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Point } from './map-layout.ts';
import { beginView, type MapView, movesView, pan, press, stepOfZoom, viewBoxOf, zoom } from './map-view.ts';

/** A hand that trembles presses, and does not drag. */
const dragFromPixels = 4;

/**
 * A drawing that is dragged and enlarged with mouse, fingers and keys: drag, pinch, ctrl with the wheel, arrows, + and -, 0 for all of it.
 * A press that has dragged is no press of what is below it.
 */
export function useMapView(size: { readonly width: number; readonly height: number }) {
  const svg = useRef<SVGSVGElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const hasDragged = useRef(false);
  const [view, setView] = useState<MapView>(beginView);

  /** A point of the page in the drawing, which may be shown smaller or larger than it is. */
  const inDrawing = ({ x, y }: Point): Point => {
    const matrix = svg.current?.getScreenCTM();
    const { x: left, y: top } = matrix ? new DOMPoint(x, y).matrixTransform(matrix.inverse()) : { x, y };
    return { x: left, y: top };
  };

  // by hand, because React listens to wheels passively and the page would be enlarged too
  useEffect(() => {
    const drawing = svg.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const around = inDrawing({ x: event.clientX, y: event.clientY });
      setView((now) => zoom(now, event.deltaY < 0 ? stepOfZoom : 1 / stepOfZoom, around));
    };
    drawing?.addEventListener('wheel', onWheel, { passive: false });
    return () => drawing?.removeEventListener('wheel', onWheel);
  });

  function onPointerDown(event: PointerEvent): void {
    hasDragged.current = false;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  function onPointerMove(event: PointerEvent): void {
    const before = pointers.current.get(event.pointerId);
    if (before === undefined) return;
    // a button that was released outside of the drawing, before it was captured, ended the drag without an event here
    if (event.buttons === 0) {
      onPointerEnd(event);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    if (!hasDragged.current && distance(before, now) < dragFromPixels) return;
    // only now: who presses without dragging presses what is below
    if (!hasDragged.current) svg.current?.setPointerCapture(event.pointerId);
    hasDragged.current = true;
    const [from, to] = [inDrawing(before), inDrawing(now)];
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) setView((shown) => pan(shown, { x: to.x - from.x, y: to.y - from.y }));
    else setView((shown) => zoom(shown, distance(other, now) / Math.max(distance(other, before), 1), inDrawing(other)));
    pointers.current.set(event.pointerId, now);
  }

  function onPointerEnd(event: PointerEvent): void {
    pointers.current.delete(event.pointerId);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !movesView(event.key)) return;
    event.preventDefault();
    setView((now) => press(now, event.key, size));
  }

  return {
    /** As its key does: + - 0. */
    press: (key: string) => setView((now) => press(now, key, size)),
    hasDragged: () => hasDragged.current,
    drawing: {
      ref: svg,
      viewBox: viewBoxOf(view, size),
      onPointerDown,
      onPointerMove,
      onPointerUp: onPointerEnd,
      onPointerCancel: onPointerEnd,
      onKeyDown,
    },
  };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
