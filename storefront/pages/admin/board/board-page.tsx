import { useMemo, useState } from 'react';
import { ConnectionDot } from '../../../design/connection-dot.tsx';
import { Problem } from '../../../design/problem.tsx';
import { useWords } from '../../../words/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import desk from '../desk.module.css';
import { FaultPanel } from '../faults/fault-panel.tsx';
import { useNow } from '../parts/use-now.ts';
import styles from './board.module.css';
import { columnsOf, statuses } from './board.ts';
import { BoardFilterBar } from './board-filter-bar.tsx';
import { Column } from './column.tsx';
import { fits, isFiltering, noBoardFilters } from './filters.ts';
import { Gauges } from './gauges.tsx';
import { useBoard } from './use-board.ts';
import { useFlights } from './use-flights.ts';
import { boardWords } from './words.ts';

export function BoardPage() {
  const w = useWords(boardWords);
  usePageTitle(w.title);
  const { view, problem, board, beforeMove } = useBoard();
  const [filters, setFilters] = useState(noBoardFilters);
  const area = useFlights(view, beforeMove);
  const tick = useNow(5000);
  const now = Math.max(tick, view.atMs);
  const all = useMemo(() => columnsOf(view.cards), [view.cards]);
  const shown = filters.status === null ? statuses : [filters.status];
  if (problem === 'FORBIDDEN') return <Problem code="FORBIDDEN" />;
  return (
    <>
      <div className={desk['head']}>
        <h1>{w.title}</h1>
        <ConnectionDot />
      </div>
      <Gauges pace={board.pace} now={now} />
      <div className={styles['desk']}>
        <div className={styles['main']}>
          <BoardFilterBar filters={filters} onChange={setFilters} />
          <p role="status" className="small quiet">
            {problem !== null && w.oldCounts}
          </p>
          <section ref={area} aria-label={w.columns} className={`${styles['columns']} ${filters.status ? styles['single'] : ''}`}>
            {shown.map((status) => {
              const cards = all.get(status) ?? [];
              return (
                <Column
                  key={status}
                  status={status}
                  cards={isFiltering(filters) ? cards.filter((card) => fits(card, filters, now)) : cards}
                  known={cards}
                  count={view.counts?.[status] ?? null}
                  isFiltered={isFiltering(filters)}
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
