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
        <picture>
          <Sources url={image.url} size={size} />
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
        </picture>
      ) : (
        <img className={styles['stand-in']} src="/marigold.svg" alt={image?.alt ?? ''} width={size} height={size} />
      )}
    </span>
  );
}

/** How the shop calls what was uploaded: its fallback, beside which the same picture lies as WebP in the sizes of pages. */
const uploaded = /^(\/pictures\/uploaded\/[0-9a-f]{32})-1200\.jpg$/;

function Sources({ url, size }: { url: string; size: number }) {
  const [, path] = uploaded.exec(url) ?? [];
  if (path === undefined) return null;
  const all = [400, 800, 1200].map((width) => `${path}-${width}.webp ${width}w`);
  return <source type="image/webp" srcSet={all.join(', ')} sizes={`(max-width: ${size}px) 100vw, ${size}px`} />;
}
