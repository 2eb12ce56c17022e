import categoriesFile from '../../../../schema/operations/storefront/categories.graphql';
import type { CategoriesQuery, CategoriesQueryVariables } from '../../../../schema/operations/storefront.types.ts';
import { registered } from '../../../graph/registered.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';

const Categories = registered<CategoriesQuery, CategoriesQueryVariables>(categoriesFile);

/** The names of the existing categories; empty while they are loading. */
export function useCategories(): readonly string[] {
  const { data } = useShopQuery(Categories, {});
  return data?.categories.map(({ name }) => name) ?? [];
}
