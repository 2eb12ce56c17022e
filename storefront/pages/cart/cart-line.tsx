import { Link } from 'wouter';
import type { WholeCartFragment } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { Picture } from '../../design/picture.tsx';
import { QuantityField } from '../../design/quantity-field.tsx';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './cart.module.css';
import { leftOf, noticesOf } from './line-notices.ts';
import { cartMessages } from './messages.ts';
import type { Trouble } from './use-pending-quantities.ts';

type Props = {
  line: WholeCartFragment['lines'][number];
  trouble: Trouble | null;
  onQuantity(quantity: number): void;
  /** What is typed is no number of pieces, or is one again. */
  onWrong(isWrong: boolean): void;
  onRemove(): void;
};

export function CartLine({ line, trouble, onQuantity, onWrong, onRemove }: Props) {
  const w = useMessages(cartMessages);
  const { remove, onlyLeft } = useMessages(commonMessages);
  const formats = useFormats();
  const { product } = line;
  const notices = noticesOf(line);
  const left = leftOf(line);
  const isGone = notices.includes('NO_LONGER_SOLD');
  return (
    <li className={styles['line']}>
      {/* the name stands beside it */}
      <Picture image={product?.images[0] && { ...product.images[0], alt: '' }} size={112} />
      <div className={styles['what']}>
        {product && !isGone ? (
          <Link className={styles['name'] ?? ''} href={`/products/${product.id}/${product.slug}`}>
            {line.name}
          </Link>
        ) : (
          <span className={styles['name']}>{line.name}</span>
        )}
        <span className="quiet small figures">{w.each(formats.money(line.unitPrice))}</span>
        <div role="status" className={styles['notices']}>
          {/* what stands in the way of buying first */}
          {left !== null && (
            <p className={styles['grave']}>
              {formats.count(left, onlyLeft)}{' '}
              <Button look="text" onClick={() => onQuantity(left)}>
                {w.take(formats.number(left))}
              </Button>
            </p>
          )}
          {notices.map((notice) => (
            <p key={notice} className={notice === 'OUT_OF_STOCK' || isGone ? styles['grave'] : styles['mild']}>
              {w.notices[notice]}
            </p>
          ))}
          {trouble && <p className={styles['grave']}>{w.troubles[trouble]}</p>}
        </div>
      </div>
      <div className={styles['number']}>
        <QuantityField
          label={w.quantityOf(line.name)}
          value={line.quantity}
          disabled={isGone}
          onChange={onQuantity}
          onType={(quantity) => onWrong(quantity === null)}
        />
        <Button look="text" aria-label={w.removeName(line.name)} onClick={onRemove}>
          {remove}
        </Button>
      </div>
      <strong className={`${styles['sum']} figures`}>{formats.money(line.lineTotal)}</strong>
    </li>
  );
}
