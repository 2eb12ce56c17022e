import { Link } from 'wouter';
import type { CatalogueQuery } from '../../../schema/operations/storefront.types.ts';
import { Picture } from '../../design/picture.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { AvailabilityMark } from '../../design/status.tsx';
import { useFormats } from '../../messages/formats.ts';
import styles from './catalogue.module.css';

type Product = CatalogueQuery['products']['edges'][number]['node'];

export function ProductCard({ product, eager }: { product: Product; eager: boolean }) {
  const formats = useFormats();
  return (
    <li className={styles['card']}>
      <Link href={`/products/${product.id}/${product.slug}`}>
        <Picture image={product.images[0]} eager={eager} size={320} />
        <span className={styles['name']}>{product.name}</span>
      </Link>
      <p className={styles['details']}>
        <span className="figures">{formats.money(product.price)}</span>
        <AvailabilityMark availability={product.availability} />
      </p>
    </li>
  );
}

export function ProductCardSkeleton() {
  return (
    <li className={styles['card']} aria-hidden="true">
      <Picture image={undefined} />
      <span className={styles['name']}>
        <Skeleton width="70%" height="1.3em" />
      </span>
      <p className={styles['details']}>
        <Skeleton width="4em" height="1.55em" />
      </p>
    </li>
  );
}
