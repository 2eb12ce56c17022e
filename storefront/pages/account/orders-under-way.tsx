import underWayFile from '../../../schema/operations/storefront/orders-under-way.graphql';
import type { OrdersUnderWayQuery, OrdersUnderWayQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './account.module.css';
import { accountMessages } from './messages.ts';

const OrdersUnderWay = registered<OrdersUnderWayQuery, OrdersUnderWayQueryVariables>(underWayFile);

/** What becomes of orders that are under way, for somebody who is about to close the account; nothing where there are none. */
export function OrdersUnderWayNotice() {
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
