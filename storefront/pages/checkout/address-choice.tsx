import type { ReactNode } from 'react';
import { AddressFields } from '../../forms/address-fields.tsx';
import { AddressLines } from '../../forms/address-lines.tsx';
import type { Problems } from '../../forms/checks.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './checkout.module.css';
import { other, type Place } from './decisions.ts';
import type { CheckoutField } from './draft.ts';
import { checkoutMessages } from './messages.ts';

type Props = {
  places: readonly Place[];
  choice: string;
  onChoose(choice: string): void;
  initial: Partial<Record<CheckoutField, string>>;
  problems: Problems<CheckoutField>;
};

/** One of the saved addresses, or another one. The fields of the other one keep what was written while a saved one is chosen. */
export function AddressChoice({ places, choice, onChoose, initial, problems }: Props) {
  const w = useMessages(checkoutMessages);
  return (
    <fieldset className={styles['step']}>
      <legend>
        <h2>{w.address}</h2>
      </legend>
      {places.length > 0 ? (
        <div className={styles['choices']}>
          {places.map((place) => (
            <Choice key={place.id} value={place.id} choice={choice} onChoose={onChoose}>
              <AddressLines place={place} />
            </Choice>
          ))}
          <Choice value={other} choice={choice} onChoose={onChoose}>
            {w.otherAddress}
          </Choice>
        </div>
      ) : (
        <input type="hidden" name="choice" value={other} />
      )}
      <div className={styles['fields']} hidden={choice !== other}>
        <AddressFields problems={problems} initial={initial} />
        <label className={styles['check']}>
          <input type="checkbox" name="remember" value="yes" defaultChecked={initial.remember !== ''} />
          {w.remember}
        </label>
      </div>
    </fieldset>
  );
}

type ChoiceProps = { value: string; choice: string; onChoose(choice: string): void; children: ReactNode };

function Choice({ value, choice, onChoose, children }: ChoiceProps) {
  return (
    <label className={styles['choice']}>
      <input type="radio" name="choice" value={value} checked={choice === value} onChange={() => onChoose(value)} />
      <span>{children}</span>
    </label>
  );
}
