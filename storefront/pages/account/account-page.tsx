import { useClient } from 'urql';
import { Redirect, useLocation } from 'wouter';
import accountFile from '../../../schema/operations/storefront/account.graphql';
import logOutFile from '../../../schema/operations/storefront/log-out.graphql';
import type {
  AccountQuery,
  AccountQueryVariables,
  LogOutMutation,
  LogOutMutationVariables,
} from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useLeave } from '../../layout/leave-guard.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useSession, useShop } from '../../shop.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './account.module.css';
import { Addresses } from './addresses.tsx';
import { CloseAccount } from './close-account.tsx';
import { EmailChange, PasswordChange } from './credentials.tsx';
import { accountMessages } from './messages.ts';

const Account = registered<AccountQuery, AccountQueryVariables>(accountFile);
const LogOut = registered<LogOutMutation, LogOutMutationVariables>(logOutFile);

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

/** Logs out locally at once and revokes the session at the server; if that request fails, the session expires by age. */
function useLogOut(): () => void {
  const client = useClient();
  const { sessions } = useShop();
  const [, navigate] = useLocation();
  const leave = useLeave();
  return () =>
    leave(() => {
      const session = sessions.current();
      if (session === null) return;
      void send(client, LogOut, { input: { refreshToken: session.refreshToken } });
      navigate('/');
      sessions.end('left');
    });
}
