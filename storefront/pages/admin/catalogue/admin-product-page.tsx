import { useClient } from 'urql';
import { Link, useParams } from 'wouter';
import archiveFile from '../../../../schema/operations/admin/archive-product.graphql';
import productFile from '../../../../schema/operations/admin/product.graphql';
import restoreFile from '../../../../schema/operations/admin/restore-product.graphql';
import updateFile from '../../../../schema/operations/admin/update-product.graphql';
import type {
  AdminProductQuery,
  AdminProductQueryVariables,
  ArchiveProductMutation,
  ArchiveProductMutationVariables,
  RestoreProductMutation,
  RestoreProductMutationVariables,
  UpdateProductMutation,
  UpdateProductMutationVariables,
} from '../../../../schema/operations/admin.types.ts';
import { Confirm } from '../../../design/confirm.tsx';
import { Problem } from '../../../design/problem.tsx';
import { PageSkeleton } from '../../../design/skeleton.tsx';
import { registered } from '../../../graph/registered.ts';
import { send } from '../../../graph/send.ts';
import { useShopQuery } from '../../../graph/use-shop-query.ts';
import { useLanguage, useMessages } from '../../../messages/language.ts';
import { usePageTitle } from '../../use-page-title.ts';
import adminStyles from '../admin.module.css';
import { useAct } from '../shared/use-act.ts';
import { userErrorText } from '../shared/user-errors.ts';
import styles from './admin-catalogue.module.css';
import { adminCatalogueMessages } from './messages.ts';
import { type Outcome, outcomeOfUserError } from './outcome.ts';
import { type Draft, draftOf, toUpdate } from './product-draft.ts';
import { ProductForm } from './product-form.tsx';
import { StockPanel } from './stock-panel.tsx';

const AdminProduct = registered<AdminProductQuery, AdminProductQueryVariables>(productFile);
const UpdateProduct = registered<UpdateProductMutation, UpdateProductMutationVariables>(updateFile);
const ArchiveProduct = registered<ArchiveProductMutation, ArchiveProductMutationVariables>(archiveFile);
const RestoreProduct = registered<RestoreProductMutation, RestoreProductMutationVariables>(restoreFile);

type Product = NonNullable<AdminProductQuery['product']>;

/** One product: its details and its stock. */
export function AdminProductPage() {
  const { id = '' } = useParams<{ id: string }>();
  const { data, loading, problem, traceId, again } = useShopQuery(
    AdminProduct,
    { id, movements: 50 },
    { requestPolicy: 'cache-and-network' },
  );
  usePageTitle(data?.product?.name);
  if (problem && !data?.product) return <Problem code={problem} traceId={traceId} onAgain={again} />;
  if (loading) return <PageSkeleton />;
  if (!data?.product) return <Problem code="NOT_FOUND" />;
  return <AdminProductEditor product={data.product} categories={data.categories.map(({ name }) => name)} onChanged={again} />;
}

function AdminProductEditor({ product, categories, onChanged }: { product: Product; categories: readonly string[]; onChanged(): void }) {
  const w = useMessages(adminCatalogueMessages);
  const save = useSave(product);
  return (
    <>
      <p className="small">
        <Link href="/admin/catalogue">{w.back}</Link>
      </p>
      <div className={adminStyles['head']}>
        <h1>{product.name}</h1>
        {product.archived && <span className={`${adminStyles['chip']} ${adminStyles['bad']}`}>{w.archived}</span>}
        {!product.archived && <Link href={`/products/${product.id}/${product.slug}`}>{w.inShop}</Link>}
        <Availability product={product} onChanged={onChanged} />
      </div>
      <div className={styles['columns']}>
        <section className={adminStyles['panel']} aria-labelledby="edit">
          <h2 id="edit">{w.edit}</h2>
          <p className="quiet small">
            {w.sku} {product.sku}
          </p>
          <ProductForm
            start={draftOf(product)}
            categories={categories}
            isNew={false}
            label={w.save}
            version={product.version}
            onSave={save}
          />
        </section>
        <StockPanel product={product} onChanged={onChanged} />
      </div>
    </>
  );
}

function useSave(product: Product) {
  const w = useMessages(adminCatalogueMessages);
  const language = useLanguage();
  const client = useClient();
  return async (draft: Draft, before: Draft, version: number): Promise<Outcome> => {
    const sent = await send(client, UpdateProduct, { input: toUpdate(product.id, before, draft, version) });
    if (!sent.ok) return { rejected: userErrorText(language, sent.code) };
    const answer = sent.data.updateProduct;
    if (answer.__typename === 'UpdateProductSuccess') return { saved: w.saved, version: answer.product.version };
    if (answer.__typename !== 'ProductChanged') return outcomeOfUserError(language, answer);
    const theirs = answer.product;
    return { theirs: { draft: draftOf(theirs), version: theirs.version, by: answer.by?.username ?? null, at: answer.at ?? null } };
  };
}

function Availability({ product: { id, archived, version }, onChanged }: { product: Product; onChanged(): void }) {
  const w = useMessages(adminCatalogueMessages);
  const act = useAct();
  const confirm = async () => {
    const rejected = await act<object, ArchiveProductMutationVariables>(archived ? RestoreProduct : ArchiveProduct, {
      input: { id, expectedVersion: version },
    });
    onChanged();
    return rejected;
  };
  return archived ? (
    <Confirm key="restore" label={w.restore} title={w.restoreAsk} dismissLabel={w.restoreNot} onConfirm={confirm}>
      <p>{w.restoreMore}</p>
    </Confirm>
  ) : (
    <Confirm key="archive" label={w.archive} title={w.archiveAsk} dismissLabel={w.archiveNot} look="danger" onConfirm={confirm}>
      <p>{w.archiveMore}</p>
    </Confirm>
  );
}
