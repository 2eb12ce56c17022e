import { useEffect, useState } from 'react';
import categoriesFile from '../../../schema/operations/storefront/categories.graphql';
import type { CategoriesQuery, CategoriesQueryVariables } from '../../../schema/operations/storefront.types.ts';
import { Select, TextField } from '../../design/field.tsx';
import { registered } from '../../graph/registered.ts';
import { useShopQuery } from '../../graph/use-shop-query.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './catalogue.module.css';
import { type Filters, readPrice, sorts } from './filters.ts';
import { catalogueMessages } from './messages.ts';

const Categories = registered<CategoriesQuery, CategoriesQueryVariables>(categoriesFile);

export function FilterBar({ filters, onChange }: { filters: Filters; onChange(filters: Filters): void }) {
  const w = useMessages(catalogueMessages);
  const { data } = useShopQuery(Categories, {});
  // on a phone the products come first; a wide page has room for both
  const [startsOpen] = useState(() => window.matchMedia('(min-width: 640px)').matches);
  const settle = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const priceProblem = (text: string) => (text.trim() === '' || readPrice(text) !== null ? null : w.priceWrong);
  const { minPrice, maxPrice } = filters;
  const areCrossed = minPrice !== null && maxPrice !== null && minPrice > maxPrice;
  return (
    <search aria-label={w.filters}>
      <details className={styles['fold']} open={startsOpen}>
        <summary>{w.filters}</summary>
        <div className={styles['filters']}>
          <SettlingField
            label={w.search}
            placeholder={w.searchHint}
            type="search"
            value={filters.search}
            onSettle={(search) => settle({ search })}
          />
          <Select label={w.category} value={filters.category ?? ''} onChange={(event) => settle({ category: event.target.value || null })}>
            <option value="">{w.allCategories}</option>
            {data?.categories.map((category) => (
              <option key={category.slug} value={category.slug}>
                {category.name} ({category.productCount})
              </option>
            ))}
            {filters.category !== null && !data?.categories.some(({ slug }) => slug === filters.category) && (
              <option value={filters.category}>{filters.category}</option>
            )}
          </Select>
          <fieldset className={styles['prices']}>
            <legend className={styles['legend']}>{w.price}</legend>
            <SettlingField
              label={w.minPrice}
              inputMode="numeric"
              value={minPrice === null ? '' : String(minPrice)}
              problemOf={priceProblem}
              onSettle={(text) => settle({ minPrice: readPrice(text) })}
            />
            <SettlingField
              label={w.maxPrice}
              inputMode="numeric"
              value={maxPrice === null ? '' : String(maxPrice)}
              problemOf={priceProblem}
              problem={areCrossed ? w.pricesCrossed : null}
              onSettle={(text) => settle({ maxPrice: readPrice(text) })}
            />
          </fieldset>
          <Select
            label={w.sort}
            value={filters.sort}
            onChange={(event) => settle({ sort: sorts.find((sort) => sort === event.target.value) ?? 'NEWEST' })}
          >
            {sorts.map((sort) => (
              <option key={sort} value={sort}>
                {w.sorts[sort]}
              </option>
            ))}
          </Select>
          <label className={styles['check']}>
            <input type="checkbox" checked={filters.inStock} onChange={(event) => settle({ inStock: event.target.checked })} />
            {w.inStock}
          </label>
        </div>
      </details>
    </search>
  );
}

type SettlingProps = {
  label: string;
  value: string;
  placeholder?: string;
  type?: string;
  inputMode?: 'numeric';
  /** What is wrong with what is typed; null when nothing is. It is not spoken of then. */
  problemOf?(text: string): string | null;
  /** What is wrong although the text is well by itself. */
  problem?: string | null;
  onSettle(text: string): void;
};

const settleMs = 250;

/** A field that speaks when the visitor has stopped typing. */
function SettlingField({ value, problemOf, problem, onSettle, ...field }: SettlingProps) {
  const [text, setText] = useState(value);
  const [reported, setReported] = useState(value);
  const wrong = problemOf?.(text) ?? null;
  if (value !== reported) {
    // the address changed by another way: a link, the back button, "show everything"
    setReported(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value || wrong !== null) return;
    const timer = window.setTimeout(() => {
      setReported(text.trim() === value ? reported : value);
      onSettle(text);
    }, settleMs);
    return () => window.clearTimeout(timer);
  });
  return <TextField {...field} value={text} problem={wrong ?? problem} onChange={(event) => setText(event.target.value)} />;
}
