import { useMemo } from 'react';
import { Link, useParams } from 'wouter';
import productFile from '../../../schema/operations/storefront/product.graphql';
import type { ProductQuery, ProductQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { AvailabilityMark } from '../../design/status.tsx';
import { registered } from '../../graph/registered.ts';
import { useAvailabilityLive } from '../../graph/use-availability-live.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { Buy } from './buy.tsx';
import { Gallery } from './gallery.tsx';
import { productMessages } from './messages.ts';
import { MoreFromCategory } from './more-from-category.tsx';
import styles from './product.module.css';

const ProductOf = registered<ProductQuery, ProductQueryVariables>(productFile);
type Product = NonNullable<ProductQuery['product']>;

export function ProductPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { data, refreshing, problem, correlationId, again } = useShopQuery(ProductOf, { id }, { requestPolicy: 'cache-and-network' });
  const product = data?.product;
  usePageTitle(product?.name);
  const shown = product ? product.id : null;
  useAvailabilityLive(useMemo(() => (shown === null ? [] : [shown]), [shown]));
  if (product) return <Shown product={product} />;
  // an address can say anything
  if (problem === 'INVALID_INPUT' || problem === 'BAD_USER_INPUT') return <NotFoundPage />;
  if (problem) return <Problem code={problem} correlationId={correlationId} onAgain={again} />;
  return refreshing ? <Waiting /> : <NotFoundPage />;
}

function Shown({ product }: { product: Product }) {
  const w = useMessages(productMessages);
  const { catalogue } = useMessages(commonMessages);
  const formats = useFormats();
  return (
    <>
      <nav className={styles['way']} aria-label={w.way}>
        <ol>
          <li>
            <Link href="/">{catalogue}</Link>
          </li>
          <li>
            <Link href={`/?category=${encodeURIComponent(product.category.slug)}`}>{product.category.name}</Link>
          </li>
        </ol>
      </nav>
      <div className={styles['page']}>
        <Gallery images={product.images} />
        <div className={styles['text']}>
          <h1 className={styles['name']}>{product.name}</h1>
          <p className={`${styles['price']} figures`}>{formats.money(product.price)}</p>
          {/* what is no longer sold is neither there nor sold out */}
          <p role="status">{!product.archived && <AvailabilityMark availability={product.availability} />}</p>
          <Buy product={product} />
          {product.description !== '' && (
            <section className={styles['about']} aria-label={w.about}>
              <p>{product.description}</p>
            </section>
          )}
          <p className="quiet small">
            {w.article} {product.sku}
          </p>
        </div>
      </div>
      <MoreFromCategory product={product} />
    </>
  );
}

function Waiting() {
  const { loading } = useMessages(commonMessages);
  return (
    <div role="status">
      <span className="visually-hidden">{loading}</span>
      <div className={styles['way']}>
        <Skeleton width="9rem" height="44px" />
      </div>
      <div className={styles['page']}>
        <div className={styles['blank']}>
          <Skeleton height="100%" />
        </div>
        <div className={styles['text']}>
          <Skeleton width="80%" height="2.8rem" />
          <Skeleton width="6rem" height="2rem" />
          <Skeleton height="7rem" />
          <Skeleton height="10rem" />
        </div>
      </div>
    </div>
  );
}
