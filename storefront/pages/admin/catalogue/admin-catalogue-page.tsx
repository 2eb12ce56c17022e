import { useState } from 'react';
import { Link } from 'wouter';
import productsFile from '../../../../schema/operations/admin/products.graphql';
import type { AdminProductsQuery, AdminProductsQueryVariables } from '../../../../schema/operations/admin.types.ts';
import { ButtonLink } from '../../../design/button.tsx';
import { TextField } from '../../../design/field.tsx';
import { ListEnd } from '../../../design/list-end.tsx';
import { Picture } from '../../../design/picture.tsx';
import { Empty, Problem } from '../../../design/problem.tsx';
import { Skeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useFormats } from '../../../messages/formats.ts';
import { useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { useSettled } from '../shared/use-settled.ts';
import styles from './admin-catalogue.module.css';
import { adminCatalogueMessages } from './messages.ts';

const Products = registered<AdminProductsQuery, AdminProductsQueryVariables>(productsFile);
const pageSize = 30;

/** All products, to be found and opened. */
export function AdminCataloguePage() {
  const w = useMessages(adminCatalogueMessages);
  usePageTitle(w.title);
  const [text, setText] = useState('');
  const [archived, setArchived] = useState(false);
  const search = useSettled(text.trim(), 250);
  return (
    <>
      <div className={adminStyles['head']}>
        <h1>{w.title}</h1>
        <ButtonLink href="/admin/catalogue/new">{w.new}</ButtonLink>
      </div>
      <search className={adminStyles['filters']} aria-label={w.filters}>
        <TextField label={w.search} type="search" maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
        <label className={adminStyles['check']}>
          <input type="checkbox" checked={archived} onChange={(event) => setArchived(event.target.checked)} />
          {w.archivedToo}
        </label>
      </search>
      <ProductList key={`${archived} ${search}`} search={search} archived={archived} />
    </>
  );
}

function ProductList({ search, archived }: { search: string; archived: boolean }) {
  const w = useMessages(adminCatalogueMessages);
  const formats = useFormats();
  const [after, setAfter] = useState<string | null>(null);
  const query = useShopQuery(
    Products,
    { first: pageSize, archived, ...(search === '' ? {} : { search }), ...(after === null ? {} : { after }) },
    { requestPolicy: 'cache-and-network' },
  );
  const { data, loading, problem, traceId, again } = query;
  if (problem && !data) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  const products = data?.products.edges.map(({ node }) => node) ?? [];
  if (data && products.length === 0) return <Empty title={w.none} hint={w.noneHint} />;
  return (
    <section aria-label={w.title} aria-busy={loading}>
      <p className={`${styles['found']} small quiet`} role="status">
        {data ? formats.count(data.products.totalCount, w.count) : ' '}
      </p>
      {loading && <Skeleton height="40rem" />}
      <ul className={styles['products']}>
        {products.map((product) => (
          <ProductRow key={product.id} product={product} />
        ))}
      </ul>
      <ListEnd page={data?.products.pageInfo} query={query} onMore={setAfter} />
    </section>
  );
}

function ProductRow({ product }: { product: AdminProductsQuery['products']['edges'][number]['node'] }) {
  const w = useMessages(adminCatalogueMessages);
  const formats = useFormats();
  return (
    <li className={styles['product']}>
      <span className={styles['thumb']}>
        <Picture image={product.images[0] && { url: product.images[0].url, alt: '' }} size={56} />
      </span>
      <span className={styles['what']}>
        <Link href={`/admin/catalogue/${product.id}`}>{product.name}</Link>
        <span className="quiet small">
          {product.sku} · {product.category.name}
        </span>
      </span>
      {product.archived && <span className={`${adminStyles['chip']} ${adminStyles['bad']}`}>{w.archived}</span>}
      <span className="figures">{formats.money(product.price)}</span>
      <StockText stock={product.stock} />
    </li>
  );
}

function StockText({ stock }: { stock: AdminProductsQuery['products']['edges'][number]['node']['stock'] }) {
  const w = useMessages(adminCatalogueMessages);
  const formats = useFormats();
  if (!stock) return null;
  const tone = stock.available === 0 ? adminStyles['bad'] : stock.available > 5 ? adminStyles['good'] : '';
  return (
    <span className={`${adminStyles['chip']} ${tone} figures`}>
      {w.available} {formats.number(stock.available)}
    </span>
  );
}
