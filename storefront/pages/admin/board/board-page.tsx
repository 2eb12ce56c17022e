import { useMemo, useState } from 'react';
import { ConnectionDot } from '../../../design/connection-dot.tsx';
import { Problem } from '../../../design/problem.tsx';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { FaultPanel } from '../faults/fault-panel.tsx';
import { useNow } from '../shared/use-now.ts';
import styles from './board.module.css';
import { type Card, type Counts, columnsOf, statuses } from './board.ts';
import { BoardFilterBar } from './board-filter-bar.tsx';
import { Column } from './column.tsx';
import { type BoardFilters, fits, isFiltering, noBoardFilters } from './filters.ts';
import { Gauges } from './gauges.tsx';
import { boardMessages } from './messages.ts';
import { useBoard } from './use-board.ts';
import { type Found, useBoardSearch } from './use-board-search.ts';
import { useFlights } from './use-flights.ts';

export function BoardPage() {
  const w = useMessages(boardMessages);
  const formats = useFormats();
  usePageTitle(w.title);
  const { view, problem, board, beforeMove } = useBoard();
  const [filters, setFilters] = useState(noBoardFilters);
  const area = useFlights(view, beforeMove);
  const tick = useNow(5000);
  const now = Math.max(tick, view.atMs);
  const found = useBoardSearch(filters);
  const cards = useMemo(() => shownCards(view.cards, found, filters, now), [view.cards, found, filters, now]);
  const columns = useMemo(() => columnsOf(cards), [cards]);
  const shown = filters.status === null ? statuses : [filters.status];
  if (problem === 'FORBIDDEN') return <Problem code="FORBIDDEN" />;
  return (
    <>
      <div className={adminStyles['head']}>
        <h1>{w.title}</h1>
        <ConnectionDot />
      </div>
      <Gauges throughput={board.throughput} now={now} />
      <div className={styles['admin']}>
        <div className={styles['main']}>
          <BoardFilterBar filters={filters} onChange={setFilters} />
          <p role="status" className="small quiet">
            {problem !== null ? w.oldCounts : found && formats.count(sumOf(found.counts), w.found)}
          </p>
          <section ref={area} aria-label={w.columns} className={`${styles['columns']} ${filters.status ? styles['single'] : ''}`}>
            {shown.map((status) => {
              return (
                <Column
                  key={status}
                  status={status}
                  cards={columns.get(status) ?? []}
                  reasons={view.reasons}
                  count={view.counts?.[status] ?? null}
                  found={isFiltering(filters) ? (found?.counts[status] ?? 'unknown') : null}
                  search={filters.text.trim()}
                  reason={filters.reason}
                  onReason={(reason) => setFilters({ ...filters, reason })}
                />
              );
            })}
          </section>
        </div>
        <FaultPanel />
      </div>
    </>
  );
}

const sumOf = (counts: Counts): number => statuses.reduce((sum, status) => sum + counts[status], 0);

/** What the shop has found, as far as it has moved since, and what has moved just now and fits. */
function shownCards(cards: readonly Card[], found: Found | null, filters: BoardFilters, nowMs: number): readonly Card[] {
  if (!isFiltering(filters)) return cards;
  const foundIds = new Set(found?.cards.map(({ id }) => id));
  const live = cards.filter((card) => foundIds.has(card.id) || fits(card, filters, nowMs));
  const liveIds = new Set(live.map(({ id }) => id));
  return [...live, ...(found?.cards.filter(({ id }) => !liveIds.has(id)) ?? [])];
}
