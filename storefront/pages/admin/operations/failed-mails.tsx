import { useState } from 'react';
import mailsFile from '../../../../schema/operations/admin/failed-mails.graphql';
import type { FailedMailsQuery, FailedMailsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../words/formats.ts';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { mailWords } from '../parts/mail-words.ts';
import { Pager } from '../parts/pager.tsx';
import { SendAgain } from '../parts/send-again.tsx';
import styles from './operations.module.css';
import { operationsWords } from './words.ts';

const FailedMailsDocument = registered<FailedMailsQuery, FailedMailsQueryVariables>(mailsFile);

type Mail = NonNullable<FailedMailsQuery['failedMails']>['edges'][number]['node'];

/** Mails that the mail server would not have, each to be sent again. */
export function FailedMails() {
  const w = useWords(operationsWords);
  const words = useWords(mailWords);
  const formats = useFormats();
  const [pages, setPages] = useState<readonly string[]>([]);
  const [done, setDone] = useState('');
  const after = pages.at(-1);
  const query = useShopQuery(FailedMailsDocument, { first: 20, ...(after ? { after } : {}) }, { requestPolicy: 'cache-and-network' });
  const { data, again } = query;
  usePolled(() => {
    if (!query.refreshing) again();
  }, 10_000);
  const mails = data?.failedMails;
  const page = mails?.pageInfo;
  return (
    <section className={desk['panel']} aria-labelledby="failed-mails">
      <h2 id="failed-mails">{w.failedMails}</h2>
      <p role="status" className="small">
        {done} {mails && mails.totalCount > 0 && formats.count(mails.totalCount, w.failedMailsCount)}
      </p>
      {data === undefined && <Skeleton height="6rem" />}
      {mails === null && <p className="quiet">{w.failedMailsGone}</p>}
      {mails?.totalCount === 0 && <p>{w.noFailedMails}</p>}
      <ul className={styles['letters']}>
        {mails?.edges.map(({ node }) => (
          <FailedMail
            key={node.id}
            mail={node}
            onDone={() => {
              setDone(words.queued);
              again();
            }}
          />
        ))}
      </ul>
      <Pager
        onNewer={pages.length > 0 ? () => setPages(pages.slice(0, -1)) : null}
        onOlder={page?.hasNextPage && page.endCursor ? () => setPages([...pages, page.endCursor ?? '']) : null}
      />
    </section>
  );
}

function FailedMail({ mail, onDone }: { mail: Mail; onDone(): void }) {
  const words = useWords(mailWords);
  const formats = useFormats();
  return (
    <li className={styles['letter']}>
      <p className={styles['what']}>
        <strong>{words.kind[mail.kind] ?? mail.kind}</strong>
        {mail.recipient && <span>{mail.recipient}</span>}
        <span className="quiet small figures">
          {formats.dateTime(mail.queuedAt)} · {words.attempts(formats.number(mail.attempts))}
        </span>
      </p>
      <p className={styles['reason']}>{mail.reason}</p>
      <div className={styles['choices']}>
        <SendAgain mailId={mail.id} onDone={onDone} />
      </div>
    </li>
  );
}
