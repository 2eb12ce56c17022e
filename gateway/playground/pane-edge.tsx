import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

const stepOfKeys = 24;
const lowest = 120;
/** As the styles have it, so that a drag never runs ahead of what is shown. */
const highest = () => Math.round(window.innerHeight * 0.7);

type PaneEdgeProps = {
  label: string;
  /** In pixels; null while nobody has moved the edge. */
  height: number | null;
  onHeight(height: number): void;
};

/** The upper edge of a pane, which is dragged with mouse or finger, or moved by the arrow keys, to make the pane higher or lower. */
export function PaneEdge({ label, height, onHeight }: PaneEdgeProps) {
  const edge = useRef<HTMLHRElement>(null);
  const grip = useRef<{ readonly y: number; readonly height: number } | null>(null);
  const shown = () => edge.current?.parentElement?.getBoundingClientRect().height ?? lowest;
  const set = (next: number) => onHeight(Math.round(Math.min(Math.max(next, lowest), highest())));

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
      aria-valuemax={highest()}
      aria-valuenow={height ?? Math.min(Math.max(Math.round(window.innerHeight * 0.41), 240), 480)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onKeyDown={onKeyDown}
    />
  );
}
