import { useEffect, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import catalogueFile from '../../../schema/operations/storefront/catalogue.graphql';
import type { CatalogueQuery, CatalogueQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { ListEnd } from '../../design/list-end.tsx';
import { Empty, Problem } from '../../design/problem.tsx';
import { registered } from '../../graph/registered.ts';
import { useAvailabilityLive } from '../../graph/use-availability-live.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useFormats } from '../../messages/formats.ts';
import { useMessages } from '../../messages/language.ts';
import { usePageTitle } from '../use-page-title.ts';
import styles from './catalogue.module.css';
import { FilterBar } from './filter-bar.tsx';
import { correctedAddress, type Filters, noFilters, readFilters, variablesOf, writeFilters } from './filters.ts';
import { catalogueMessages } from './messages.ts';
import { ProductCard, ProductCardSkeleton } from './product-card.tsx';

const settledMs = 300;

/** The list as it is when it has not changed for a moment: its consumers restart with each change, which is too often while typing. */
function useSettled(list: readonly string[]): readonly string[] {
  const [settled, setSettled] = useState<readonly string[]>([]);
  const key = list.join(' ');
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(key === '' ? [] : key.split(' ')), settledMs);
    return () => window.clearTimeout(timer);
  }, [key]);
  return settled;
}

const Catalogue = registered<CatalogueQuery, CatalogueQueryVariables>(catalogueFile);
const pageSize = 12;

export function CataloguePage() {
  const w = useMessages(catalogueMessages);
  usePageTitle(null);
  const search = useSearch();
  const [, navigate] = useLocation();
  const filters = readFilters(new URLSearchParams(search));
  const corrected = correctedAddress(new URLSearchParams(search));
  useEffect(() => {
    if (corrected !== null) navigate(toPath(corrected), { replace: true });
  }, [corrected, navigate]);
  const change = (next: Filters) => navigate(toPath(writeFilters(next)), { replace: true });
  return (
    <>
      <header className={styles['hero']}>
        <h1>{w.title}</h1>
        <p>{w.lead}</p>
      </header>
      <FilterBar filters={filters} onChange={change} />
      <ProductGrid key={writeFilters(filters)} filters={filters} onClear={() => change(noFilters)} />
    </>
  );
}

const toPath = (query: string) => (query === '' ? '/' : `/?${query}`);

function ProductGrid({ filters, onClear }: { filters: Filters; onClear(): void }) {
  const w = useMessages(catalogueMessages);
  const formats = useFormats();
  const [after, setAfter] = useState<string | null>(null);
  const query = useShopQuery(
    Catalogue,
    { first: pageSize, ...variablesOf(filters), ...(after === null ? {} : { after }) },
    { requestPolicy: 'cache-and-network' },
  );
  const { data, loading, problem, traceId, again } = query;
  const products = data?.products.edges.map(({ node }) => node) ?? [];
  useAvailabilityLive(useSettled(products.map(({ id }) => id)));

  if (problem && data === undefined) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (data && products.length === 0) {
    return (
      <Empty
        title={w.none}
        hint={w.noneHint}
        action={
          <Button look="plain" onClick={onClear}>
            {w.clear}
          </Button>
        }
      />
    );
  }
  return (
    <section aria-label={w.products} aria-busy={loading}>
      <p className={`${styles['count']} quiet small`} role="status">
        {data ? formats.count(data.products.totalCount, w.results) : ' '}
      </p>
      <ul className={styles['grid']}>
        {loading ? skeletons : products.map((product, at) => <ProductCard key={product.id} product={product} eager={at < 4} />)}
      </ul>
      <ListEnd page={data?.products.pageInfo} query={query} onMore={setAfter} />
    </section>
  );
}

const skeletons = [...'abcdefghijkl'].map((key) => <ProductCardSkeleton key={key} />);
