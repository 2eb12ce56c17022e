import { useClient } from 'urql';
import cancelFile from '../../../schema/operations/storefront/cancel-order.graphql';
import type { CancelOrderMutation, CancelOrderMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Confirm } from '../../design/confirm.tsx';
import { registered } from '../../graph/registered.ts';
import { type Sent, send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { type OrderWords, orderMessages } from './messages.ts';

const CancelOrder = registered<CancelOrderMutation, CancelOrderMutationVariables>(cancelFile);

/** Asks for confirmation. The result comes by the subscription of the order. */
export function CancelButton({ orderId }: { orderId: string }) {
  const w = useMessages(orderMessages);
  const client = useClient();
  return (
    <Confirm
      look="danger"
      label={w.cancel}
      title={w.cancelAsk}
      dismissLabel={w.keep}
      onConfirm={async () => userErrorOf(await send(client, CancelOrder, { input: { orderId } }), w.rejected)}
    >
      <p>{w.cancelHint}</p>
    </Confirm>
  );
}

/** In messages, why it goes on; null when it is cancelled. */
function userErrorOf(sent: Sent<CancelOrderMutation>, rejected: OrderWords['rejected']): string | null {
  if (!sent.ok) return sent.code === 'OFFLINE' ? rejected.OFFLINE : rejected.OTHER;
  const { cancelOrder } = sent.data;
  if (cancelOrder.__typename === 'CancelOrderSuccess') return null;
  return cancelOrder.code === 'ORDER_NOT_IN_STATUS' || cancelOrder.code === 'ORDER_NOT_FOUND' ? rejected[cancelOrder.code] : rejected.OTHER;
}
