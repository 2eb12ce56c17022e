import { useState } from 'react';
import mailsFile from '../../../../schema/operations/admin/failed-mails.graphql';
import type { FailedMailsQuery, FailedMailsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { usePolled } from '../../../graph/use-polled.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { mailMessages } from '../shared/mail-messages.ts';
import { Pager } from '../shared/pager.tsx';
import { SendAgain } from '../shared/send-again.tsx';
import { operationsMessages } from './messages.ts';
import styles from './operations.module.css';

const FailedMailsDocument = registered<FailedMailsQuery, FailedMailsQueryVariables>(mailsFile);

type Mail = NonNullable<FailedMailsQuery['failedMails']>['edges'][number]['node'];

/** Mails that the mail server would not have, each to be sent again. */
export function FailedMails() {
  const w = useMessages(operationsMessages);
  const messages = useMessages(mailMessages);
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
    <section className={adminStyles['panel']} aria-labelledby="failed-mails">
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
              setDone(messages.queued);
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
  const messages = useMessages(mailMessages);
  const formats = useFormats();
  return (
    <li className={styles['letter']}>
      <p className={styles['what']}>
        <strong>{messages.kind[mail.kind] ?? mail.kind}</strong>
        {mail.recipient && <span>{mail.recipient}</span>}
        <span className="quiet small figures">
          {formats.dateTime(mail.queuedAt)} · {messages.attempts(formats.number(mail.attempts))}
        </span>
      </p>
      <p className={styles['reason']}>{mail.reason}</p>
      <div className={styles['choices']}>
        <SendAgain mailId={mail.id} onDone={onDone} />
      </div>
    </li>
  );
}
