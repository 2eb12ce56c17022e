import { useState } from 'react';
import logsFile from '../../../../schema/operations/admin/order-logs.graphql';
import type { LogLevel, OrderLogsQuery, OrderLogsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { Button } from '../../../design/button.tsx';
import { Select } from '../../../design/field.tsx';
import { Problem } from '../../../design/problem.tsx';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { LogItem } from './log-item.tsx';
import styles from './logs.module.css';
import { logsMessages } from './messages.ts';

const OrderLogs = registered<OrderLogsQuery, OrderLogsQueryVariables>(logsFile);

const pageSize = 50;
const levels: readonly LogLevel[] = ['INFO', 'WARN', 'ERROR'];

type Props = { order: string; onTrace(traceId: string): void };

/** The log records of an order, fetched when they are asked for. */
export function LogsPanel(props: Props) {
  const w = useMessages(logsMessages);
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={`${adminStyles['panel']} ${styles['panel']}`} aria-labelledby="logs">
      <div className={styles['head']}>
        <h2 id="logs">{w.title}</h2>
        <Button look="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? w.hide : w.show}
        </Button>
      </div>
      <p className="quiet small">{w.about}</p>
      {isOpen && <Logs {...props} />}
    </section>
  );
}

function Logs(props: Props) {
  const w = useMessages(logsMessages);
  const [level, setLevel] = useState<LogLevel | null>(null);
  const [search, setSearch] = useState(1);
  return (
    <>
      <div className={styles['filters']}>
        <Select label={w.level} value={level ?? ''} onChange={({ target }) => setLevel(levels.find((one) => one === target.value) ?? null)}>
          <option value="">{w.all}</option>
          {levels.map((one) => (
            <option key={one} value={one}>
              {w.andAbove[one]}
            </option>
          ))}
        </Select>
        <Button look="plain" onClick={() => setSearch(search + 1)}>
          {w.refresh}
        </Button>
      </div>
      <Pages key={`${search} ${level}`} level={level} {...props} />
    </>
  );
}

/** One page below the other: a later one begins where the one before it ended, whatever was logged since. */
function Pages({ level, ...props }: Props & { level: LogLevel | null }) {
  const w = useMessages(logsMessages);
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  return (
    <ol className={styles['records']} aria-label={w.list}>
      {cursors.map((after, at) => (
        <Page
          key={after}
          after={after}
          level={level}
          onMore={at === cursors.length - 1 ? (cursor) => setCursors([...cursors, cursor]) : null}
          {...props}
        />
      ))}
    </ol>
  );
}

type Edges = NonNullable<OrderLogsQuery['logs']>['edges'];

/** They come as they arrived, each service sending several at once: read as a story they stand by their times. */
const newestFirst = (edges: Edges): Edges => edges.toSorted((one, other) => Date.parse(other.node.time) - Date.parse(one.node.time));

type PageProps = Props & { level: LogLevel | null; after: string | null; onMore: ((cursor: string) => void) | null };

function Page({ order, level, after, onMore, onTrace }: PageProps) {
  const w = useMessages(logsMessages);
  const variables = { order, first: pageSize, level, after };
  const { data, problem, traceId, again } = useShopQuery(OrderLogs, variables, { requestPolicy: 'cache-and-network' });
  const page = data?.logs;
  if (problem && !page)
    return (
      <li>
        <Problem code={problem} traceId={traceId} onAgain={again} />
      </li>
    );
  if (data === undefined)
    return (
      <li>
        <Skeleton height="8rem" />
      </li>
    );
  if (!page) return <li className="quiet">{w.gone}</li>;
  const { hasNextPage, endCursor } = page.pageInfo;
  return (
    <>
      {after === null && page.edges.length === 0 && !hasNextPage && <li className="quiet">{level === null ? w.none : w.noneOfLevel}</li>}
      {newestFirst(page.edges).map(({ cursor, node }) => (
        <LogItem key={cursor} record={node} onTrace={onTrace} />
      ))}
      {onMore && hasNextPage && endCursor && (
        <li className={adminStyles['more']}>
          <Button look="plain" onClick={() => onMore(endCursor)}>
            {w.more}
          </Button>
        </li>
      )}
    </>
  );
}
