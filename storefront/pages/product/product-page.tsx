import { useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';
import catalogueFile from '../../../schema/operations/storefront/catalogue.graphql';
import productFile from '../../../schema/operations/storefront/product.graphql';
import type {
  CatalogueQuery,
  CatalogueQueryVariables,
  ProductQuery,
  ProductQueryVariables,
} from '../../../schema/operations/storefront.types.ts';
import { Picture } from '../../design/picture.tsx';
import { Problem } from '../../design/problem.tsx';
import { Skeleton } from '../../design/skeleton.tsx';
import { AvailabilityMark } from '../../design/status.tsx';
import { registered } from '../../graph/registered.ts';
import { useAvailabilityLive } from '../../graph/use-availability-live.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { commonMessages } from '../../messages/common.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { ProductCard } from '../catalogue/product-card.tsx';
import { NotFoundPage } from '../not-found-page.tsx';
import { usePageTitle } from '../use-page-title.ts';
import { Buy } from './buy.tsx';
import { productMessages } from './messages.ts';
import styles from './product.module.css';

const Catalogue = registered<CatalogueQuery, CatalogueQueryVariables>(catalogueFile);
const most = 4;

/** Other products of the category; nothing when there are none. */
function MoreFromCategory({ product }: { product: NonNullable<ProductQuery['product']> }) {
  const w = useMessages(productMessages);
  // one more than is shown: this one may be among them
  const { data } = useShopQuery(Catalogue, { first: most + 1, category: product.category.slug, inStock: true });
  const others = (data?.products.edges ?? []).map(({ node }) => node).filter(({ id }) => id !== product.id);
  if (others.length === 0) return null;
  return (
    <section className={styles['more']} aria-labelledby="more">
      <h2 id="more">{w.more(product.category.name)}</h2>
      <ul className={styles['cards']}>
        {others.slice(0, most).map((other) => (
          <ProductCard key={other.id} product={other} eager={false} />
        ))}
      </ul>
    </section>
  );
}

const ProductOf = registered<ProductQuery, ProductQueryVariables>(productFile);
type Product = NonNullable<ProductQuery['product']>;

export function ProductPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { data, refreshing, problem, traceId, again } = useShopQuery(ProductOf, { id }, { requestPolicy: 'cache-and-network' });
  const product = data?.product;
  usePageTitle(product?.name);
  const shown = product ? product.id : null;
  useAvailabilityLive(useMemo(() => (shown === null ? [] : [shown]), [shown]));
  if (product) return <Shown product={product} />;
  // an address can say anything
  if (problem === 'INVALID_INPUT' || problem === 'BAD_USER_INPUT') return <NotFoundPage />;
  if (problem) return <Problem code={problem} traceId={traceId} onAgain={again} />;
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

type Images = NonNullable<ProductQuery['product']>['images'];

/** One picture large; when there are more, each can be chosen. */
function Gallery({ images }: { images: Images }) {
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
