import type { CheckoutQuery } from '../../../schema/operations/storefront.types.ts';
import type { FieldProblem } from '../../forms/checks.ts';
import { formMessages } from '../../forms/messages.ts';
import { useCardName } from '../../messages/cards.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './checkout.module.css';
import { checkoutMessages } from './messages.ts';

type Props = { methods: CheckoutQuery['paymentMethods']; initial: string | undefined; problem: FieldProblem | undefined };

/** The test cards, each with what will happen. The first is chosen, or the one before a reload. */
export function CardChoice({ methods, initial, problem }: Props) {
  const w = useMessages(checkoutMessages);
  const cardName = useCardName();
  const say = useMessages(formMessages).problems;
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
