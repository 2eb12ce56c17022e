import { useEffect, useRef, useState } from 'react';
import { type Client, useClient } from 'urql';
import countsFile from '../../../../schema/operations/admin/board-counts.graphql';
import movesFile from '../../../../schema/operations/admin/board-moves.graphql';
import ordersFile from '../../../../schema/operations/admin/orders.graphql';
import type {
  AdminOrdersQuery,
  AdminOrdersQueryVariables,
  BoardCountsQuery,
  BoardCountsQueryVariables,
  BoardMovesSubscription,
  BoardMovesSubscriptionVariables,
  OrderStatus,
} from '../../../../schema/operations/admin.types.ts';
import { codeOf } from '../../../graph/client.ts';
import type { Live } from '../../../graph/live.ts';
import { persistedQueryOf, registered } from '../../../graph/registered.ts';
import { useShop } from '../../../shop.ts';
import { type Board, type Card, type Counts, createBoard, type OrderUpdate, type ReasonCounts, toCounts } from './board.ts';

const CountsOfBoard = registered<BoardCountsQuery, BoardCountsQueryVariables>(countsFile);
const Orders = registered<AdminOrdersQuery, AdminOrdersQueryVariables>(ordersFile);
const Moves = registered<BoardMovesSubscription, BoardMovesSubscriptionVariables>(movesFile);

/** What the board shows at one moment. */
export type BoardView = {
  readonly cards: readonly Card[];
  readonly counts: Counts | null;
  readonly reasons: ReasonCounts;
  /** What moved since the view before. */
  readonly moved: readonly string[];
  readonly atMs: number;
};

const recountMs = 5000;
const soonMs = 600;
const againMs = 3000;
/** Between two pictures: each frame while little happens, fewer when a hundred events come in a second. */
const busyGapMs = 120;
const finalStatuses: readonly OrderStatus[] = ['DELIVERED', 'CANCELLED', 'REFUNDED'];

/** Follows every order of the shop. `problem`: the code of what keeps the counts from being known. */
export function useBoard() {
  const { live } = useShop();
  const client = useClient();
  const [board] = useState(createBoard);
  const [view, setView] = useState<BoardView>({ cards: [], counts: null, reasons: {}, moved: [], atMs: Date.now() });
  const [problem, setProblem] = useState<string | null>(null);
  const beforeMove = useRef<(moved: readonly string[]) => void>(() => undefined);

  useEffect(() => {
    const over = new AbortController();
    const show = (moved: readonly string[]) => {
      beforeMove.current(moved);
      setView({ cards: [...board.cards()], counts: board.counts(), reasons: board.reasons(), moved, atMs: Date.now() });
    };
    const events = new EventGatherer((events) => show(board.applyUpdates(events)));
    const unfollow = followMoves(live, (update) => events.add(update), setProblem);
    void keepCounting(client, board, over.signal, (code) => {
      setProblem(code);
      if (code === null) show([]);
    });
    void learnFinal(client, board).then(() => show([]));
    return () => {
      over.abort();
      unfollow();
      events.stop();
    };
  }, [board, client, live]);

  return { view, problem, board, beforeMove };
}

/** Every status change of every order while the page is open: a subscription that ends is restarted. */
function followMoves(live: Live, onMove: (update: OrderUpdate) => void, onProblem: (code: string) => void): () => void {
  const payload = { query: import.meta.env.DEV ? movesFile.text : '', operationName: 'BoardMoves', variables: {} };
  const over = new AbortController();
  const begin = () => {
    if (over.signal.aborted) return;
    const unfollow = live.follow(
      { ...payload, extensions: { ...persistedQueryOf(Moves) } },
      {
        next({ data }) {
          const update = (data as BoardMovesSubscription | null | undefined)?.orders;
          if (update) onMove(update);
        },
        error(errors) {
          const [first] = (Array.isArray(errors) ? errors : []) as { extensions?: { code?: string } }[];
          onProblem(first?.extensions?.code ?? 'INTERNAL');
        },
        complete() {
          over.signal.removeEventListener('abort', unfollow);
          window.setTimeout(begin, againMs);
        },
      },
    );
    over.signal.addEventListener('abort', unfollow);
  };
  begin();
  return () => over.abort();
}

/** Holds events back until the next picture, so that a hundred a second are drawn ten times and not a hundred. */
class EventGatherer {
  readonly #draw: (events: readonly OrderUpdate[]) => void;
  readonly #waiting: OrderUpdate[] = [];
  #timer: number | undefined;
  #drawnMs = 0;

  constructor(draw: (events: readonly OrderUpdate[]) => void) {
    this.#draw = draw;
  }

  add(event: OrderUpdate): void {
    this.#waiting.push(event);
    if (this.#timer !== undefined) return;
    const pauseMs = Math.max(0, busyGapMs - (performance.now() - this.#drawnMs));
    this.#timer = window.setTimeout(() => requestAnimationFrameOrNow(() => this.#flush()), pauseMs);
  }

  stop(): void {
    window.clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#drawnMs = performance.now();
    this.#draw(this.#waiting.splice(0));
  }
}

/** A page in the background is given no frames, and must not gather events for hours. */
function requestAnimationFrameOrNow(work: () => void): void {
  if (document.visibilityState === 'hidden') work();
  else requestAnimationFrame(work);
}

type OnAnswer = (problem: string | null) => void;

/** Polls the counts, and fetches them soon after an update for an unknown order. Pauses while the page is hidden. */
async function keepCounting(client: Client, board: Board, over: AbortSignal, onAnswer: OnAnswer): Promise<void> {
  while (!over.aborted) {
    if (document.visibilityState === 'visible') await count(client, board, over, onAnswer);
    const sinceMs = performance.now();
    do await new Promise((resolve) => window.setTimeout(resolve, soonMs));
    while (!over.aborted && !board.isUncertain() && performance.now() - sinceMs < recountMs);
  }
}

async function count(client: Client, board: Board, over: AbortSignal, onAnswer: OnAnswer): Promise<void> {
  const { data, error } = await client.query(CountsOfBoard, { newest: 100 }, { requestPolicy: 'network-only' }).toPromise();
  if (over.aborted) return;
  if (data) {
    const { counts, reasons } = toCounts(data.newest.statusCounts);
    const newest = data.newest.edges.map(({ node }) => node);
    board.count(counts, newest, reasons);
  }
  onAnswer(data ? null : codeOf(error));
}

/** The subscription begins with what is under way; what has come to its end is asked for. */
async function learnFinal(client: Client, board: Board): Promise<void> {
  const answers = await Promise.all(
    finalStatuses.map((status) => client.query(Orders, { first: 50, status }, { requestPolicy: 'network-only' }).toPromise()),
  );
  for (const { data } of answers) board.applyOrders(data?.orders.edges.map(({ node }) => node) ?? []);
}
