import { useState } from 'react';
import { Link } from 'wouter';
import type { CheckoutQuery } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { toAddressValues } from '../../forms/checks.ts';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { readValues, useForm } from '../../forms/use-form.ts';
import { openStorage } from '../../kept.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { AddressChoice } from './address-choice.tsx';
import { CardChoice } from './card-choice.tsx';
import { ChangedCart } from './changed-cart.tsx';
import styles from './checkout.module.css';
import { checkCheckout, firstChoice, hasUnavailable, other, type Place } from './decisions.ts';
import { type CheckoutField, checkoutFields, createDraft } from './draft.ts';
import { checkoutMessages } from './messages.ts';
import { Summary } from './summary.tsx';
import { type PayReason, usePay } from './use-pay.ts';

type Props = {
  userId: string;
  cart: NonNullable<CheckoutQuery['cart']>;
  methods: CheckoutQuery['paymentMethods'];
  places: readonly Place[];
  /** The shop is asked what is in the cart now. */
  isChanging: boolean;
  onCartGone(): void;
};

export function CheckoutForm({ userId, cart, methods, places, isChanging, onCartGone }: Props) {
  const w = useMessages(checkoutMessages);
  const formats = useFormats();
  const [draft] = useState(() =>
    createDraft(
      openStorage(() => sessionStorage),
      userId,
    ),
  );
  const [kept] = useState(draft.read);
  const [choice, setChoice] = useState(() => firstChoice(places, kept.choice));
  /** A saved address that has to be mended first stands in the fields. */
  const [initial, setInitial] = useState<Partial<Record<CheckoutField, string>>>(kept);
  const { pay, repeating, ordered, unpaid, changed, isUnanswered } = usePay({ userId, cart, places, draft, onCartGone });
  const isBlocked = hasUnavailable(cart.lines) && !isUnanswered;

  const { form, element, problems, trouble, busy } = useForm<CheckoutField, PayReason>({
    fields: checkoutFields,
    check(values) {
      const found = checkCheckout(values, places);
      const place = places.find(({ id }) => id === values.choice);
      if (place && Object.keys(found).some((field) => field in place)) {
        setInitial(toAddressValues(place));
        setChoice(other);
      }
      return found;
    },
    async send(values) {
      if (isBlocked) return { trouble: { kind: 'because', reason: 'unavailable' } };
      return pay(values);
    },
  });
  const keep = () => element.current && draft.keep(readValues(element.current, checkoutFields));
  const because: Record<PayReason, React.ReactNode> = {
    unknown: w.unknown,
    keyReused: w.keyReused,
    cartChanged: changed && <ChangedCart {...changed} />,
    alreadyOrdered: ordered && (
      <>
        {w.alreadyOrdered(ordered.number)} <Link href={`/orders/${ordered.id}`}>{w.toOrder}</Link>
      </>
    ),
    unpaidLimit: unpaid && (
      <>
        {unpaid.unpaidOrders >= unpaid.maxOrders
          ? formats.count(unpaid.maxOrders, w.unpaidOrders)
          : w.unpaidPieces(unpaid.maxPieces, unpaid.unpaidPieces, cart.itemCount)}{' '}
        <Link href="/orders">{w.toOrders}</Link>
      </>
    ),
    unavailable: (
      <>
        {w.unavailable} <Link href="/cart">{w.toCart}</Link>
      </>
    ),
  };
  return (
    <form
      {...form}
      className={styles['page']}
      aria-label={w.title}
      onInput={(event) => {
        form.onInput(event);
        keep();
      }}
    >
      <div className={styles['steps']}>
        <AddressChoice
          key={JSON.stringify(initial)}
          places={places}
          choice={choice}
          onChoose={setChoice}
          initial={initial}
          problems={problems}
        />
        <CardChoice methods={methods} initial={kept.method} problem={problems.method} />
      </div>
      <Summary cart={cart}>
        <FormTrouble trouble={isBlocked ? { kind: 'because', reason: 'unavailable' } : trouble} because={because} />
        {!isBlocked && (
          <Button type="submit" busy={busy || isChanging} className={styles['pay'] ?? ''}>
            {w.pay(formats.money(cart.total))}
          </Button>
        )}
        <p role="status" className={`${styles['progress']} small`}>
          {busy && (repeating ? w.repeating : w.paying)}
        </p>
      </Summary>
    </form>
  );
}
