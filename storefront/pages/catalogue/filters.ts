import type { ProductSort } from '../../../schema/operations/storefront.types.ts';

/** The visitor's filters, as in the address: a link shows the same list to every visitor. Prices are in whole euros. */
export type Filters = {
  readonly search: string;
  readonly category: string | null;
  readonly inStock: boolean;
  readonly minPrice: number | null;
  readonly maxPrice: number | null;
  readonly sort: ProductSort;
};

export const sorts: readonly ProductSort[] = ['NEWEST', 'NAME', 'PRICE_ASC', 'PRICE_DESC'];
export const noFilters: Filters = { search: '', category: null, inStock: false, minPrice: null, maxPrice: null, sort: 'NEWEST' };

/** Anything in an address: what makes no sense is left out. */
export function readFilters(address: URLSearchParams): Filters {
  return {
    search: (address.get('q') ?? '').slice(0, 100),
    category: address.get('category'),
    inStock: address.get('stock') === 'in',
    minPrice: readPrice(address.get('from')),
    maxPrice: readPrice(address.get('to')),
    sort: sorts.find((sort) => sort.toLowerCase() === address.get('sort')) ?? 'NEWEST',
  };
}

/** The corrected address when a part of it is invalid, such as a price of "abc", so that it matches what is shown. Null when it is correct. */
export function correctedAddress(address: URLSearchParams): string | null {
  const read = readFilters(address);
  const isRead = (name: string, value: string | number | null) => (address.get(name) ?? '').trim() === '' || value !== null;
  const isSort = (address.get('sort') ?? 'newest') === read.sort.toLowerCase();
  const isStock = (address.get('stock') ?? 'in') === 'in';
  const isRight = isRead('from', read.minPrice) && isRead('to', read.maxPrice) && isSort && isStock;
  return isRight ? null : writeFilters(read);
}

export function writeFilters({ search, category, inStock, minPrice, maxPrice, sort }: Filters): string {
  const address = new URLSearchParams();
  if (search.trim() !== '') address.set('q', search.trim());
  if (category !== null) address.set('category', category);
  if (inStock) address.set('stock', 'in');
  if (minPrice !== null) address.set('from', String(minPrice));
  if (maxPrice !== null) address.set('to', String(maxPrice));
  if (sort !== 'NEWEST') address.set('sort', sort.toLowerCase());
  return address.toString();
}

/** The variables of the Catalogue query but for the page. Prices in minor units. */
export function variablesOf({ search, category, inStock, minPrice, maxPrice, sort }: Filters) {
  return {
    ...(search.trim() === '' ? {} : { search: search.trim() }),
    ...(category === null ? {} : { category }),
    ...(inStock ? { inStock: true } : {}),
    ...(minPrice === null ? {} : { minPrice: minPrice * 100 }),
    ...(maxPrice === null ? {} : { maxPrice: maxPrice * 100 }),
    sort,
  };
}

/** Whole euros, 0 to 10,000; null for anything else. */
export function readPrice(text: string | null): number | null {
  if (text === null || !/^\d{1,5}$/.test(text.trim())) return null;
  const price = Number(text);
  return price <= 10_000 ? price : null;
}
