import catalogueFile from '../../../schema/operations/storefront/catalogue.graphql';
import type { CatalogueQuery, CatalogueQueryVariables, ProductQuery } from '../../../schema/operations/storefront.types.ts';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useMessages } from '../../messages/language.ts';
import { ProductCard } from '../catalogue/product-card.tsx';
import { productMessages } from './messages.ts';
import styles from './product.module.css';

const Catalogue = registered<CatalogueQuery, CatalogueQueryVariables>(catalogueFile);
const most = 4;

/** Other products of the category; nothing when there are none. */
export function MoreFromCategory({ product }: { product: NonNullable<ProductQuery['product']> }) {
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
