import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';

const stepOfKeys = 24;
/** As the styles have it. */
const lowest = 120;

type PaneEdgeProps = {
  label: string;
  /** The new height, in pixels. */
  onHeight(height: number): void;
};

/** The height of a pane and the highest that it can be, in pixels. */
type Measures = { readonly height: number; readonly highest: number };

/** What the pane above gives is the space there is: down to the smallest height that the styles give that one. */
function measure(edge: HTMLElement | null): Measures {
  const pane = edge?.parentElement;
  const above = pane?.previousElementSibling;
  const height = pane?.getBoundingClientRect().height ?? lowest;
  if (!above) return { height, highest: height };
  const spare = above.getBoundingClientRect().height - (Number.parseFloat(getComputedStyle(above).minHeight) || 0);
  return { height, highest: Math.max(Math.floor(height + spare), lowest) };
}

/** The upper edge of a pane, which is dragged with mouse or finger, or moved by the arrow keys, to make the pane higher or lower. */
export function PaneEdge({ label, onHeight }: PaneEdgeProps) {
  const edge = useRef<HTMLHRElement>(null);
  const grip = useRef<{ readonly y: number; readonly height: number } | null>(null);
  const measures = useMeasures(edge);
  const shown = () => measure(edge.current).height;
  const set = (next: number) => onHeight(Math.round(Math.min(Math.max(next, lowest), measure(edge.current).highest)));

  function onPointerDown(event: PointerEvent): void {
    edge.current?.setPointerCapture(event.pointerId);
    grip.current = { y: event.clientY, height: shown() };
  }

  function onPointerMove(event: PointerEvent): void {
    if (grip.current) set(grip.current.height + grip.current.y - event.clientY);
  }

  function onPointerEnd(): void {
    grip.current = null;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    set(shown() + (event.key === 'ArrowUp' ? stepOfKeys : -stepOfKeys));
  }

  return (
    <hr
      ref={edge}
      className="pane-edge"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuemin={lowest}
      aria-valuemax={measures.highest}
      aria-valuenow={Math.round(measures.height)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onKeyDown={onKeyDown}
    />
  );
}

/** The measures as they are now, whatever has changed them: the edge, the window, or what is around. */
function useMeasures(edge: { readonly current: HTMLElement | null }): Measures {
  const [measures, setMeasures] = useState<Measures>({ height: lowest, highest: lowest });
  useEffect(() => {
    const pane = edge.current?.parentElement;
    const observer = new ResizeObserver(() => setMeasures(measure(edge.current)));
    for (const element of [pane, pane?.previousElementSibling]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, [edge]);
  return measures;
}
