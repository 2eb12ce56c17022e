import { type KeyboardEvent, lazy, Suspense, useEffect, useState } from 'react';
import { useShownOperation } from './editor.tsx';
import { useShop } from './hooks.ts';
import { PaneEdge } from './pane-edge.tsx';
import { TimelinePanel, useShownRun } from './timeline-panel.tsx';

const PlanPanel = lazy(() => import('./plan-panel.tsx').then((module) => ({ default: module.PlanPanel })));

const views = ['plan', 'timeline'] as const;
type View = (typeof views)[number];
const titles: Readonly<Record<View, string>> = { plan: 'Query plan', timeline: 'Timeline' };

/** Below the editors: the query plan of the operation, and the timeline of a subscription. */
export function Under() {
  const { shownTab } = useShop();
  const { tab } = useShownOperation();
  const run = useShownRun();
  const [view, setView] = useState<View>('plan');
  const [isOpen, setOpen] = useState(true);
  const [height, setHeight] = useState<number | null>(null);
  const isRunning = run?.state === 'running';
  // the editor reports each change of tabs, but not which one is the first
  useEffect(() => shownTab.set(tab), [tab, shownTab]);
  // who starts a subscription wants to see it; both are a click away
  useEffect(() => {
    if (isRunning) setView('timeline');
  }, [isRunning]);
  const choose = (next: View) => {
    setView(next);
    setOpen(true);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const next = view === 'plan' ? 'timeline' : 'plan';
    choose(next);
    document.getElementById(`under-${next}`)?.focus();
  };
  return (
    <section
      className={isOpen ? 'under' : 'under closed'}
      aria-label="Below the editors"
      style={isOpen && height !== null ? { ['--under-height' as string]: `${height}px` } : undefined}
    >
      {isOpen && <PaneEdge label="Height of what is below the editors" onHeight={setHeight} />}
      <div className="under-bar">
        <div role="tablist" aria-label="Below the editors" onKeyDown={onKey}>
          {views.map((name) => (
            <button
              key={name}
              id={`under-${name}`}
              type="button"
              role="tab"
              aria-selected={view === name}
              aria-controls="under-view"
              tabIndex={view === name ? 0 : -1}
              onClick={() => choose(name)}
            >
              {titles[name]}
            </button>
          ))}
        </div>
        <button type="button" className="under-toggle" aria-expanded={isOpen} aria-controls="under-view" onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide' : 'Show'}
        </button>
      </div>
      <div id="under-view" className="under-view" role="tabpanel" aria-labelledby={`under-${view}`} hidden={!isOpen}>
        {view === 'plan' ? (
          <Suspense fallback={null}>
            <PlanPanel />
          </Suspense>
        ) : (
          <TimelinePanel />
        )}
      </div>
    </section>
  );
}
