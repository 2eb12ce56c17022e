import { useRef } from 'react';
import { useClient } from 'urql';
import { Link, useLocation } from 'wouter';
import createFile from '../../../../schema/operations/admin/create-products.graphql';
import type { CreateProductsMutation, CreateProductsMutationVariables } from '../../../../schema/operations/admin.types.ts';
import categoriesFile from '../../../../schema/operations/storefront/categories.graphql';
import type { CategoriesQuery, CategoriesQueryVariables } from '../../../../schema/operations/storefront.types.ts';
import { unsaved } from '../../../forms/unsaved.ts';
import { registered } from '../../../graph/registered.ts';
import { useRequestKey } from '../../../graph/request-key.ts';
import { send } from '../../../graph/send.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useLanguage, useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { userErrorText } from '../shared/user-errors.ts';
import { adminCatalogueMessages } from './messages.ts';
import { type Outcome, outcomeOfUserError } from './outcome.ts';
import { type Draft, emptyDraft, toNewProduct } from './product-draft.ts';
import { ProductForm } from './product-form.tsx';

const Categories = registered<CategoriesQuery, CategoriesQueryVariables>(categoriesFile);

/** The names of the existing categories; empty while they are loading. */
function useCategories(): readonly string[] {
  const { data } = useShopQuery(Categories, {});
  return data?.categories.map(({ name }) => name) ?? [];
}

const CreateProducts = registered<CreateProductsMutation, CreateProductsMutationVariables>(createFile);

export function NewProductPage() {
  const w = useMessages(adminCatalogueMessages);
  const language = useLanguage();
  const client = useClient();
  const [, navigate] = useLocation();
  const categories = useCategories();
  const request = useRequestKey();
  const created = useRef<string | null>(null);
  usePageTitle(w.new);
  const create = async (draft: Draft): Promise<Outcome> => {
    const products = [toNewProduct(draft)];
    const sent = await send(client, CreateProducts, { input: { products, idempotencyKey: request.keyOf(products) } });
    if (!sent.ok) return { rejected: userErrorText(language, sent.code) };
    const answer = sent.data.createProducts;
    if ('products' in answer) {
      request.settled();
      created.current = answer.products[0]?.id ?? null;
      return { saved: w.created, version: 1 };
    }
    return outcomeOfUserError(language, answer);
  };
  const goOn = () => {
    unsaved.forget();
    navigate(created.current === null ? '/admin/catalogue' : `/admin/catalogue/${created.current}`);
  };
  return (
    <>
      <p className="small">
        <Link href="/admin/catalogue">{w.back}</Link>
      </p>
      <div className={adminStyles['head']}>
        <h1>{w.new}</h1>
      </div>
      <div className={adminStyles['panel']}>
        <ProductForm start={emptyDraft} categories={categories} isNew label={w.new} version={0} onSave={create} onSaved={goOn} />
      </div>
    </>
  );
}
