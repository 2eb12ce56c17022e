import { useState } from 'react';
import styles from './picture.module.css';

type Image = { readonly url: string; readonly alt: string };

/** A product's picture in a square that is there before it is loaded; without one, or when it does not come, a marigold holds its place. */
export function Picture({ image, eager = false, size = 480 }: { image: Image | undefined; eager?: boolean; size?: number }) {
  const [missing, setMissing] = useState<string | null>(null);
  const isThere = image !== undefined && missing !== image.url;
  return (
    <span className={styles['picture']}>
      {isThere ? (
        <img
          src={image.url}
          alt={image.alt}
          width={size}
          height={size}
          loading={eager ? 'eager' : 'lazy'}
          fetchPriority={eager ? 'high' : 'auto'}
          decoding="async"
          onError={() => setMissing(image.url)}
        />
      ) : (
        <img className={styles['stand-in']} src="/marigold.svg" alt={image?.alt ?? ''} width={size} height={size} />
      )}
    </span>
  );
}
