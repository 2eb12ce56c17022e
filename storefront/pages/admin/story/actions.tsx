import { useState } from 'react';
import type { TypedDocumentNode } from 'urql';
import cancelFile from '../../../../schema/operations/admin/cancel-order.graphql';
import deliverFile from '../../../../schema/operations/admin/deliver-order.graphql';
import refundFile from '../../../../schema/operations/admin/refund-order.graphql';
import shipFile from '../../../../schema/operations/admin/ship-order.graphql';
import type {
  CancelOrderMutation,
  CancelOrderMutationVariables,
  DeliverOrderMutation,
  DeliverOrderMutationVariables,
  RefundOrderMutation,
  RefundOrderMutationVariables,
  ShipOrderMutation,
  ShipOrderMutationVariables,
} from '../../../../schema/operations/admin.types.ts';
import { Confirm } from '../../../design/confirm.tsx';
import { registered } from '../../../graph/registered.ts';
import { useMessages } from '../../../messages/language.ts';
import { useAct } from '../shared/use-act.ts';
import { storyMessages } from './messages.ts';
import styles from './story.module.css';
import { type Act, actsIn } from './timeline.ts';
import type { Story } from './use-story.ts';

const mutations: Readonly<Record<Act, TypedDocumentNode<object, ShipOrderMutationVariables>>> = {
  ship: registered<ShipOrderMutation, ShipOrderMutationVariables>(shipFile),
  deliver: registered<DeliverOrderMutation, DeliverOrderMutationVariables>(deliverFile),
  refund: registered<RefundOrderMutation, RefundOrderMutationVariables>(refundFile),
  cancel: registered<CancelOrderMutation, CancelOrderMutationVariables>(cancelFile),
};

/** What can be done with the order now; each asks first. */
export function Actions({ order, onDone }: { order: Pick<Story, 'id' | 'status' | 'version'>; onDone(): void }) {
  const w = useMessages(storyMessages);
  const act = useAct();
  const [done, setDone] = useState('');
  return (
    <div className={styles['actions']}>
      {actsIn(order.status).map((name) => (
        <Confirm
          key={name}
          label={w.act[name]}
          title={w.ask[name]}
          dismissLabel={w.dismiss[name]}
          look={name === 'refund' || name === 'cancel' ? 'danger' : 'main'}
          onConfirm={async () => {
            const rejected = await act(mutations[name], { input: { orderId: order.id, expectedVersion: order.version } });
            if (rejected === null) setDone(w.done[name]);
            onDone();
            return rejected;
          }}
        >
          <p>{w.askMore[name]}</p>
        </Confirm>
      ))}
      <p role="status" className="small quiet">
        {done}
      </p>
    </div>
  );
}
