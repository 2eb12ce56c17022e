import type { CheckoutQuery } from '../../../schema/operations/storefront.types.ts';
import type { FieldProblem } from '../../forms/checks.ts';
import { formWords } from '../../forms/words.ts';
import { useCardName } from '../../words/cards.ts';
import { useWords } from '../../words/language.ts';
import styles from './checkout.module.css';
import { checkoutWords } from './words.ts';

type Props = { methods: CheckoutQuery['paymentMethods']; initial: string | undefined; problem: FieldProblem | undefined };

/** The test cards, each with what will happen. The first is chosen, or the one before a reload. */
export function CardChoice({ methods, initial, problem }: Props) {
  const w = useWords(checkoutWords);
  const cardName = useCardName();
  const say = useWords(formWords).problems;
  const first = methods.find(({ id }) => id === initial) ?? methods[0];
  return (
    <fieldset className={styles['step']} aria-describedby="simulation">
      <legend>
        <h2>{w.payment}</h2>
      </legend>
      <p id="simulation" className={styles['simulation']}>
        {w.simulation}
      </p>
      {problem && <p role="alert">{say[problem]}</p>}
      <div className={styles['choices']}>
        {methods.map(({ id, label, behaviour }) => (
          <label key={id} className={styles['choice']}>
            <input type="radio" name="method" value={id} defaultChecked={id === first?.id} />
            <span>
              <strong className="figures">{cardName({ id, label })}</strong>
              <span className={styles['story']}>{w.stories[id] ?? behaviour}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
