import { useClient } from 'urql';
import { useLocation } from 'wouter';
import deleteFile from '../../../schema/operations/storefront/delete-account.graphql';
import underWayFile from '../../../schema/operations/storefront/orders-under-way.graphql';
import type {
  DeleteAccountMutation,
  DeleteAccountMutationVariables,
  OrdersUnderWayQuery,
  OrdersUnderWayQueryVariables,
} from '../../../schema/operations/storefront.types.ts';
import { checkPassword, problemsOf } from '../../forms/checks.ts';
import { PasswordField } from '../../forms/password-field.tsx';
import { fromFailedRequest, fromUserError } from '../../forms/submit-failure.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { useShop } from '../../shop.ts';
import type { LogInNotice } from '../access/log-in-page.tsx';
import styles from './account.module.css';
import { Fold } from './fold.tsx';
import { FoldedForm } from './folded-form.tsx';
import { accountMessages } from './messages.ts';

const OrdersUnderWay = registered<OrdersUnderWayQuery, OrdersUnderWayQueryVariables>(underWayFile);

/** What happens to orders in progress when the account is closed; nothing where there are none. */
function OrdersUnderWayNotice() {
  const w = useMessages(accountMessages);
  const formats = useFormats();
  const { data } = useShopQuery(OrdersUnderWay, {});
  const me = data?.me;
  const lists = me ? [me.pending, me.awaitingPayment, me.paid, me.shipped] : [];
  const count = lists.reduce((sum, list) => sum + (list?.totalCount ?? 0), 0);
  if (count === 0) return null;
  return (
    <p className={styles['status']} role="note">
      <strong>{formats.count(count, w.underWay)}</strong> {w.underWayMeans}
    </p>
  );
}

const DeleteAccount = registered<DeleteAccountMutation, DeleteAccountMutationVariables>(deleteFile);

export function CloseAccount() {
  const w = useMessages(accountMessages);
  return (
    <section className={styles['section']} aria-labelledby="closing">
      <h2 id="closing">{w.closing}</h2>
      <p>{w.closingLead}</p>
      <Fold label={w.close} look="danger">
        {(close) => <CloseForm onCancel={() => close()} />}
      </Fold>
    </section>
  );
}

function CloseForm({ onCancel }: { onCancel(): void }) {
  const w = useMessages(accountMessages);
  const client = useClient();
  const { sessions } = useShop();
  const [, navigate] = useLocation();
  const form = useForm<'password', 'lastAdmin'>({
    fields: ['password'],
    check: (values) => problemsOf(values, { password: checkPassword }),
    async send(input) {
      const sent = await send(client, DeleteAccount, { input });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.deleteAccount;
      if (answer.__typename === 'WrongCredentials') return { problems: { password: 'wrongPassword' } };
      if (answer.__typename === 'LastAdmin') return { trouble: { kind: 'because', reason: 'lastAdmin' } };
      if (answer.__typename !== 'DeleteAccountSuccess') return fromUserError(answer, {});
      navigate<LogInNotice>('/log-in', { replace: true, state: { notice: 'closed' } });
      sessions.end('left');
      return null;
    },
  });
  return (
    <FoldedForm of={form} label={w.closeYes} danger because={{ lastAdmin: w.lastAdmin }} onCancel={onCancel}>
      <OrdersUnderWayNotice />
      <p>{w.closeAsk}</p>
      <PasswordField label={w.currentPassword} name="password" problem={form.problems.password} />
    </FoldedForm>
  );
}
