import { useMemo, useState } from 'react';
import searchFile from '../../../../schema/operations/admin/board-search.graphql';
import type { BoardSearchQuery, BoardSearchQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { ConnectionDot } from '../../../design/connection-dot.tsx';
import { Problem } from '../../../design/problem.tsx';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { FaultPanel } from '../faults/fault-panel.tsx';
import { useSettled } from '../shared/use-settled.ts';
import styles from './board.module.css';
import { type Card, type Counts, columnsOf, statuses, toCard, toCounts } from './board.ts';
import { BoardFilterBar } from './board-filter-bar.tsx';
import { Column } from './column.tsx';
import { type BoardFilters, fits, isFiltering, noBoardFilters } from './filters.ts';
import { Gauges } from './gauges.tsx';
import { boardMessages } from './messages.ts';
import { useBoard } from './use-board.ts';
import { useFlights } from './use-flights.ts';

const BoardSearch = registered<BoardSearchQuery, BoardSearchQueryVariables>(searchFile);

/** What the shop has found among all of its orders: how many of each status, and the newest of them. */
type Found = { readonly counts: Counts; readonly cards: readonly Card[] };

/** Null while nothing is looked for, and until the shop has answered. */
function useBoardSearch(filters: BoardFilters): Found | null {
  const search = useSettled(filters.text.trim(), 250);
  const { status, reason, minAgeMinutes } = filters;
  const isPaused = !isFiltering({ ...filters, text: search });
  const { data, again } = useShopQuery(
    BoardSearch,
    {
      first: 100,
      ...(search === '' ? {} : { search }),
      ...(status === null ? {} : { status }),
      ...(reason === null ? {} : { cancelReason: reason }),
      ...(minAgeMinutes === 0 ? {} : { unmovedForMinutes: minAgeMinutes }),
    },
    { requestPolicy: 'network-only', pause: isPaused },
  );
  usePolled(() => isPaused || again(), 5000);
  if (isPaused || !data) return null;
  const { counts, reasons } = toCounts(data.orders.statusCounts);
  return {
    counts: reason === null ? counts : { ...counts, CANCELLED: reasons[reason] ?? 0 },
    cards: data.orders.edges.map(({ node }) => ({ ...toCard(node, undefined), placedAtMs: Date.parse(node.placedAt) })),
  };
}

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

/** The time, in ms since 1970, moved on every `everyMs`. */
function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  usePolled(() => setNow(Date.now()), everyMs);
  return now;
}
