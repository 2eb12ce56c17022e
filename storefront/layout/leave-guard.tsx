import { createContext, type ReactNode, use, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Router, useLocation, useSearch } from 'wouter';
import { Question } from '../design/confirm.tsx';
import { unsaved } from '../forms/unsaved.ts';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';

type Leave = (go: () => void) => void;
const LeaveContext = createContext<Leave>((go) => go());

/** For what ends the page without being a link: does it, after asking when something that was typed would be lost. */
export const useLeave = (): Leave => use(LeaveContext);

const isThisPage = (href: string): boolean => new URL(href, location.href).pathname === location.pathname;

/** Asks before a page is left on which something was typed that is kept nowhere: by a link, by going back, by closing the tab. */
export function LeaveGuard({ children }: { children: ReactNode }) {
  const w = useMessages(commonMessages);
  const [going, setGoing] = useState<{ go(): void } | null>(null);
  const leave = useCallback<Leave>((go) => {
    if (unsaved.isAny()) setGoing({ go });
    else go();
  }, []);
  useBeforeUnload();
  return (
    <Router
      aroundNav={(navigate, to, options) => {
        if (isThisPage(String(to))) navigate(to, options);
        else leave(() => navigate(to, options));
      }}
    >
      <StepsBack leave={leave} />
      <LeaveContext value={leave}>{children}</LeaveContext>
      {going && (
        <Question
          label={w.leave}
          dismissLabel={w.stay}
          title={w.leaveAsk}
          look="danger"
          onConfirm={async () => {
            unsaved.forget();
            going.go();
            return null;
          }}
          onClose={() => setGoing(null)}
        >
          <p>{w.leaveMore}</p>
        </Question>
      )}
    </Router>
  );
}

function useBeforeUnload(): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsaved.isAny()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
}

/** A step of the history cannot be prevented, only reverted: before the router sees it. */
function StepsBack({ leave }: { leave: Leave }) {
  const [path] = useLocation();
  const search = useSearch();
  const here = useRef(location.href);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of them means that the address has changed
  useEffect(() => {
    here.current = location.href;
  }, [path, search]);
  // a layout effect runs before the router's components listen, and the listeners of a window run in order of registration
  useLayoutEffect(() => {
    const hold = (event: PopStateEvent) => {
      if (!unsaved.isAny() || isThisPage(here.current)) return;
      event.stopImmediatePropagation();
      // not by history.pushState, which the router has made its own
      History.prototype.pushState.call(history, null, '', here.current);
      leave(() => history.back());
    };
    window.addEventListener('popstate', hold);
    return () => window.removeEventListener('popstate', hold);
  }, [leave]);
  return null;
}
