import { useState } from 'react';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import styles from './quantity-field.module.css';
import { mostPieces, readQuantity } from './read-quantity.ts';

type Props = {
  /** Names the field for those who do not see what it stands beside. */
  label: string;
  value: number;
  disabled?: boolean;
  /** Each time there is another number from 1 to 99. */
  onChange(quantity: number): void;
};

/** How many pieces: a field to type into, and a button on either side. What is not a number of pieces is forgotten when one leaves it. */
export function QuantityField({ label, value, disabled = false, onChange }: Props) {
  const w = useWords(commonWords);
  const [typed, setTyped] = useState<string | null>(null);
  const step = (by: number) => {
    const next = value + by;
    setTyped(null);
    if (next >= 1 && next <= mostPieces) onChange(next);
  };
  return (
    <fieldset className={styles['quantity']} disabled={disabled}>
      <legend className="visually-hidden">{label}</legend>
      <button type="button" aria-label={w.fewer} aria-disabled={value <= 1 || undefined} onClick={() => step(-1)}>
        −
      </button>
      <input
        className="figures"
        aria-label={label}
        inputMode="numeric"
        autoComplete="off"
        maxLength={2}
        value={typed ?? String(value)}
        onFocus={(event) => event.target.select()}
        onChange={({ target }) => {
          setTyped(target.value);
          const quantity = readQuantity(target.value);
          if (quantity !== null && quantity !== value) onChange(quantity);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
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
  );
}
