import { Redirect } from 'wouter';
import accountFile from '../../../schema/operations/storefront/account.graphql';
import type { AccountQuery, AccountQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession } from '../../shop.ts';
import { useLogOut } from '../access/use-log-out.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './account.module.css';
import { Addresses } from './addresses.tsx';
import { CloseAccount } from './close-account.tsx';
import { EmailChange, PasswordChange } from './credentials.tsx';
import { accountMessages } from './messages.ts';

const Account = registered<AccountQuery, AccountQueryVariables>(accountFile);

export function AccountPage() {
  const w = useMessages(accountMessages);
  usePageTitle(w.title);
  const session = useSession();
  if (session === null) return <Redirect to="/log-in?next=/account" replace />;
  return (
    <>
      <Top name={session.user.username} />
      <Sections />
    </>
  );
}

function Top({ name }: { name: string }) {
  const w = useMessages(accountMessages);
  const { logOut } = useMessages(commonMessages);
  const leave = useLogOut();
  return (
    <header className={styles['top']}>
      <div>
        <h1>{w.title}</h1>
        <p className="quiet">{w.hello(name)}</p>
      </div>
      <Button look="plain" onClick={leave}>
        {logOut}
      </Button>
    </header>
  );
}

function Sections() {
  const w = useMessages(accountMessages);
  const formats = useFormats();
  const { data, problem, traceId, again } = useShopQuery(Account, {}, { requestPolicy: 'cache-and-network' });
  if (problem && !data) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  const me = data?.me;
  if (!me) return <Waiting />;
  return (
    <div className={styles['sections']}>
      <div className={styles['pair']}>
        <section className={styles['section']} aria-labelledby="profile">
          <h2 id="profile">{w.profile}</h2>
          <dl className={styles['details']}>
            <div>
              <dt>{w.username}</dt>
              <dd>{me.username}</dd>
            </div>
            <div>
              <dt>{w.email}</dt>
              <dd>
                {me.email} {me.emailConfirmed === false && <span className="quiet small">{w.notConfirmed}</span>}
              </dd>
            </div>
            <div>
              <dt>{w.since}</dt>
              <dd>{me.createdAt && formats.date(me.createdAt)}</dd>
            </div>
          </dl>
        </section>
        <section className={styles['section']} aria-labelledby="access">
          <h2 id="access">{w.access}</h2>
          <EmailChange />
          <PasswordChange names={[me.username ?? '', me.email ?? '']} />
        </section>
      </div>
      <Addresses addresses={me.addresses ?? []} />
      <CloseAccount />
    </div>
  );
}

function Waiting() {
  const { loading } = useMessages(commonMessages);
  return (
    <div className={styles['sections']} role="status">
      <span className="visually-hidden">{loading}</span>
      <div className={styles['pair']}>
        <Skeleton height="17rem" />
        <Skeleton height="17rem" />
      </div>
      <Skeleton height="14rem" />
      <Skeleton height="10rem" />
    </div>
  );
}
