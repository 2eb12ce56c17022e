import { useState } from 'react';
import type { ProductQuery } from '../../../schema/operations/storefront.types.ts';
import { Picture } from '../../design/picture.tsx';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { productMessages } from './messages.ts';
import styles from './product.module.css';

type Images = NonNullable<ProductQuery['product']>['images'];

/** One picture large; when there are more, each can be chosen. */
export function Gallery({ images }: { images: Images }) {
  const w = useMessages(productMessages);
  const formats = useFormats();
  const [chosen, setChosen] = useState(0);
  // there may be fewer after a change
  const shown = images[chosen] ? chosen : 0;
  return (
    <div className={styles['gallery']}>
      <Picture image={images[shown]} eager size={640} />
      {images.length > 1 && (
        <ul className={styles['choices']} aria-label={w.pictures}>
          {images.map((image, at) => (
            <li key={image.url}>
              <button
                type="button"
                aria-label={`${w.picture(formats.number(at + 1), formats.number(images.length))}: ${image.alt}`}
                aria-pressed={at === shown}
                onClick={() => setChosen(at)}
              >
                <Picture image={{ ...image, alt: '' }} size={72} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
