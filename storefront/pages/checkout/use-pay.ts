import { useState } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import saveAddressFile from '../../../schema/operations/storefront/save-address.graphql';
import type { PlaceOrderMutation, SaveAddressMutation, SaveAddressMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { addressFields, toAddressInput } from '../../forms/checks.ts';
import { fromFailedRequest, fromUserError, type SubmitFailure, sameNames } from '../../forms/submit-failure.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import type { ShownCart } from './cart-changes.ts';
import { chosenAddress, isWorthKeeping, type Place } from './decisions.ts';
import type { CheckoutField, CheckoutValues, Draft } from './draft.ts';
import type { CartState } from './purchase.ts';
import { retry } from './retry.ts';
import { PlaceOrder, usePurchases } from './use-purchases.ts';

const SaveAddress = registered<SaveAddressMutation, SaveAddressMutationVariables>(saveAddressFile);

export type PayReason = 'unknown' | 'cartChanged' | 'alreadyOrdered' | 'unpaidLimit' | 'keyReused' | 'unavailable';
type Answer = PlaceOrderMutation['placeOrder'];
type UserError = Exclude<Answer, { __typename: 'PlaceOrderSuccess' }>;
type Ordered = { readonly id: string; readonly number: string };
/** The cart that was shown when the button was pressed, and the cart of now, if it is known. */
export type Changed = { readonly shown: ShownCart<'EUR'>; readonly now: ShownCart<'EUR'> | null };
/** How much the account holds without having paid for it, and how much it may. */
export type UnpaidLimit = Pick<
  Extract<Answer, { __typename: 'UnpaidLimitReached' }>,
  'unpaidOrders' | 'unpaidPieces' | 'maxOrders' | 'maxPieces'
>;
type Till = { userId: string; cart: CartState & ShownCart<'EUR'>; places: readonly Place[]; draft: Draft; onCartGone(): void };

/**
 * The button of the checkout. Whatever happens between here and the shop, one purchase has one key, and one key buys once; so what got
 * no answer is simply sent again.
 */
export function usePay({ userId, cart, places, draft, onCartGone }: Till) {
  const client = useClient();
  const purchases = usePurchases();
  const [, navigate] = useLocation();
  const [repeating, setRepeating] = useState(false);
  /** The order that this cart has become before. */
  const [ordered, setOrdered] = useState<Ordered | null>(null);
  const [unpaid, setUnpaid] = useState<UnpaidLimit | null>(null);
  const [changed, setChanged] = useState<Changed | null>(null);

  const bought = (orderId: string, values: CheckoutValues) => {
    purchases.settled();
    draft.forget();
    // the order has its address; that it is not kept for the next one is nothing to stop for
    if (isWorthKeeping(values, places)) void send(client, SaveAddress, { input: toAddressInput(values) });
    navigate(`/orders/${orderId}`, { replace: true });
    return null;
  };

  const failed = (answer: UserError): SubmitFailure<CheckoutField, PayReason> | null => {
    // an invalid input is another attempt of the same purchase
    if (answer.__typename === 'InvalidInput')
      return fromUserError<CheckoutField>(answer, { ...sameNames(addressFields, 'shippingAddress.'), paymentMethodId: 'method' });
    purchases.settled();
    if (answer.__typename === 'CartChanged') setChanged({ shown: cart, now: answer.cart });
    if (answer.__typename === 'CartAlreadyOrdered') setOrdered(answer.order);
    if (answer.__typename === 'UnpaidLimitReached') setUnpaid(answer);
    if (isCartGone(answer)) onCartGone();
    const reason = reasonOf(answer);
    return reason && { trouble: { kind: 'because', reason } };
  };

  const pay = async (values: CheckoutValues): Promise<SubmitFailure<CheckoutField, PayReason> | null> => {
    const { amount, currency } = cart.total;
    const input = {
      cartVersion: cart.version,
      expectedTotal: { amount, currency },
      paymentMethodId: values.method,
      shippingAddress: toAddressInput(chosenAddress(values, places)),
    };
    const idempotencyKey = purchases.keyOf(userId, cart);
    purchases.sending(input);
    const sent = await retry(() => send(client, PlaceOrder, { input: { ...input, idempotencyKey } }, { timeoutMs: 10_000 }), {
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onRepeat: () => setRepeating(true),
    });
    setRepeating(false);
    if (!sent.ok) {
      const isLost = sent.code === 'OFFLINE' || sent.code === 'UNAVAILABLE';
      return isLost ? { trouble: { kind: 'because', reason: 'unknown' } } : fromFailedRequest(sent);
    }
    const answer = sent.data.placeOrder;
    return answer.__typename === 'PlaceOrderSuccess' ? bought(answer.order.id, values) : failed(answer);
  };

  return {
    pay,
    repeating,
    ordered,
    unpaid,
    changed,
    /** What was pressed before got no answer: it may have bought the last of something, so only the shop knows. */
    isUnanswered: purchases.unanswered(userId) !== null,
  };
}

function isCartGone(answer: UserError): boolean {
  if (answer.__typename === 'CartChanged') return answer.cart === null;
  return ['IdempotencyKeyReused', 'CartEmpty', 'CartNotFound'].includes(answer.__typename);
}

/** The form's message; null when the empty-cart page shows one. */
function reasonOf({ __typename: name }: UserError): PayReason | null {
  switch (name) {
    case 'CartChanged':
      return 'cartChanged';
    case 'CartAlreadyOrdered':
      return 'alreadyOrdered';
    case 'UnpaidLimitReached':
      return 'unpaidLimit';
    case 'IdempotencyKeyReused':
      // an earlier press of the button was another request: from here on it is another purchase, if there is still something to buy
      return 'keyReused';
    case 'CartEmpty':
    case 'CartNotFound':
    case 'InvalidInput':
      return null;
  }
}
