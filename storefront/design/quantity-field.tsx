import { useId, useState } from 'react';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import styles from './quantity-field.module.css';
import { mostPieces, readQuantity } from './read-quantity.ts';

type Props = {
  /** Names the field for those who do not see what it stands beside. */
  label: string;
  value: number;
  disabled?: boolean;
  /** Another number from 1 to 99 was entered: by a button, an arrow, Enter, or by leaving the field. */
  onChange(quantity: number): void;
  /** With each key: the number that is typed now; null while it is none from 1 to 99. */
  onType?(quantity: number | null): void;
};

/** How many pieces: a field to type into, and a button on either side. What is no number of pieces stays, with a message, and changes nothing. */
export function QuantityField({ label, value, disabled = false, onChange, onType }: Props) {
  const w = useMessages(commonMessages);
  const [typed, setTyped] = useState<string | null>(null);
  const [isTyping, setTyping] = useState(false);
  const id = useId();
  const isWrong = typed !== null && readQuantity(typed) === null;
  // who empties the field to write another number is not interrupted
  const hasProblem = isWrong && !(isTyping && typed === '');
  const enter = (quantity: number) => {
    setTyped(null);
    onType?.(quantity);
    if (quantity !== value) onChange(quantity);
  };
  // from what is typed: who writes 50 and goes one up wants 51
  const step = (by: number) => enter(Math.min(mostPieces, Math.max(1, ((typed === null ? null : readQuantity(typed)) ?? value) + by)));
  const settle = () => {
    const quantity = typed === null ? null : readQuantity(typed);
    if (quantity !== null) enter(quantity);
    setTyping(false);
  };
  return (
    <div>
      <fieldset className={styles['quantity']} disabled={disabled} data-wrong={hasProblem || undefined}>
        <legend className="visually-hidden">{label}</legend>
        <button type="button" aria-label={w.fewer} aria-disabled={value <= 1 || undefined} onClick={() => step(-1)}>
          −
        </button>
        <input
          className="figures"
          aria-label={label}
          aria-invalid={hasProblem || undefined}
          aria-describedby={hasProblem ? id : undefined}
          inputMode="numeric"
          autoComplete="off"
          value={typed ?? String(value)}
          onFocus={(event) => event.target.select()}
          onChange={({ target }) => {
            setTyping(true);
            setTyped(target.value);
            onType?.(readQuantity(target.value));
          }}
          onBlur={settle}
          onKeyDown={(event) => {
            if (event.key === 'Enter') settle();
            if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
              event.preventDefault();
              step(event.key === 'ArrowUp' ? 1 : -1);
            }
          }}
        />
        <button type="button" aria-label={w.moreOf} aria-disabled={value >= mostPieces || undefined} onClick={() => step(1)}>
          +
        </button>
      </fieldset>
      <p id={id} role="status" className={styles['problem']}>
        {hasProblem && w.quantityWrong}
      </p>
    </div>
  );
}
