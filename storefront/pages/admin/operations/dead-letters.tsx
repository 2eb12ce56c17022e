import { useEffect, useState } from 'react';
import lettersFile from '../../../../schema/operations/admin/dead-letters.graphql';
import discardFile from '../../../../schema/operations/admin/discard-dead-letter.graphql';
import replayFile from '../../../../schema/operations/admin/replay-dead-letter.graphql';
import type {
  DeadLettersQuery,
  DeadLettersQueryVariables,
  DiscardDeadLetterMutation,
  DiscardDeadLetterMutationVariables,
  ReplayDeadLetterMutation,
  ReplayDeadLetterMutationVariables,
} from '../../../../schema/operations/admin.types.ts';
import { Confirm } from '../../../design/confirm.tsx';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { CopyButton } from '../shared/copy-button.tsx';
import { Pager } from '../shared/pager.tsx';
import { useAct } from '../shared/use-act.ts';
import { operationsMessages } from './messages.ts';
import styles from './operations.module.css';
import { readable } from './payload.ts';

const Letters = registered<DeadLettersQuery, DeadLettersQueryVariables>(lettersFile);
const Replay = registered<ReplayDeadLetterMutation, ReplayDeadLetterMutationVariables>(replayFile);
const Discard = registered<DiscardDeadLetterMutation, DiscardDeadLetterMutationVariables>(discardFile);

type Letter = NonNullable<DeadLettersQuery['deadLetters']>['edges'][number]['node'];

/** Dead letters, each to be replayed or discarded. `total`: their count in the metrics; when it changes, the list is fetched again. */
export function DeadLetters({ total }: { total: number | null }) {
  const w = useMessages(operationsMessages);
  const formats = useFormats();
  const [pages, setPages] = useState<readonly string[]>([]);
  const [done, setDone] = useState('');
  const after = pages.at(-1);
  const { data, again } = useShopQuery(Letters, { first: 20, ...(after ? { after } : {}) }, { requestPolicy: 'cache-and-network' });
  const letters = data?.deadLetters;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the gauge moves, and only then
  useEffect(() => {
    if (letters && total !== null && letters.totalCount !== total) again();
  }, [total]);
  const settle = (messages: string) => {
    setDone(messages);
    again();
  };
  const page = letters?.pageInfo;
  return (
    <section className={adminStyles['panel']} aria-labelledby="letters">
      <h2 id="letters">{w.letters}</h2>
      <p className="quiet small">{w.lettersAbout}</p>
      <p role="status" className="small">
        {done} {letters && letters.totalCount > 0 && formats.count(letters.totalCount, w.lettersCount)}
      </p>
      {data === undefined && <Skeleton height="6rem" />}
      {letters === null && <p className="quiet">{w.lettersGone}</p>}
      {letters?.totalCount === 0 && <p>{w.noLetters}</p>}
      <ul className={styles['letters']}>
        {letters?.edges.map(({ node }) => (
          <LetterItem key={node.id} letter={node} onDone={settle} />
        ))}
      </ul>
      <Pager
        onNewer={pages.length > 0 ? () => setPages(pages.slice(0, -1)) : null}
        onOlder={page?.hasNextPage && page.endCursor ? () => setPages([...pages, page.endCursor ?? '']) : null}
      />
    </section>
  );
}

function LetterItem({ letter, onDone }: { letter: Letter; onDone(messages: string): void }) {
  const w = useMessages(operationsMessages);
  const formats = useFormats();
  const act = useAct();
  const input = { id: letter.id };
  const tell = (rejected: string | null, messages: string) => {
    if (rejected === null) onDone(messages);
    return rejected;
  };
  return (
    <li className={styles['letter']} data-letter={letter.id}>
      <p className={styles['what']}>
        <strong>{letter.type ?? letter.topic}</strong>
        <span className={adminStyles['chip']}>{letter.consumer}</span>
        <span className="quiet small figures">
          {formats.dateTime(letter.at)} · {formats.count(letter.attempts, w.attempts)}
        </span>
      </p>
      <p className={styles['reason']}>{letter.reason}</p>
      {letter.key && (
        <p className="small">
          <span className="quiet">{w.key}</span> <span className={adminStyles['mono']}>{letter.key}</span>
        </p>
      )}
      {letter.traceId && (
        <p className="small">
          <span className="quiet">{w.trace}</span> <CopyButton text={letter.traceId} label={w.copyTrace(letter.traceId)} />
        </p>
      )}
      <details>
        <summary className={adminStyles['summary']}>{w.payload}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
        <pre className={`${adminStyles['text']} ${adminStyles['mono']}`} tabIndex={0}>
          {readable(letter.payload)}
        </pre>
      </details>
      <div className={styles['choices']}>
        <Confirm
          label={w.replay}
          title={w.replayAsk}
          dismissLabel={w.replayNot}
          onConfirm={async () => tell(await act(Replay, { input }), w.replayed)}
        >
          <p>{w.replayMore(letter.consumer)}</p>
        </Confirm>
        <Confirm
          label={w.discard}
          title={w.discardAsk}
          dismissLabel={w.discardNot}
          look="danger"
          onConfirm={async () => tell(await act(Discard, { input }), w.discarded)}
        >
          <p>{w.discardMore}</p>
        </Confirm>
      </div>
    </li>
  );
}
