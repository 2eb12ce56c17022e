import searchFile from '../../../../schema/operations/admin/board-search.graphql';
import type { BoardSearchQuery, BoardSearchQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useSettled } from '../shared/use-settled.ts';
import { type Card, type Counts, toCard, toCounts } from './board.ts';
import { type BoardFilters, isFiltering } from './filters.ts';

const BoardSearch = registered<BoardSearchQuery, BoardSearchQueryVariables>(searchFile);

/** What the shop has found among all of its orders: how many of each status, and the newest of them. */
export type Found = { readonly counts: Counts; readonly cards: readonly Card[] };

/** Null while nothing is looked for, and until the shop has answered. */
export function useBoardSearch(filters: BoardFilters): Found | null {
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
