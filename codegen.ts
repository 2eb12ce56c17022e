import { readdirSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

const subgraphs = readdirSync('subgraphs', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** Graph types whose parents in the resolvers are the service's own models; such a subgraph's other types are made of these. */
const models: Record<string, Record<string, string>> = {
  product: {
    Product: './queries/catalogue.ts#Product',
    Category: './queries/catalogue.ts#Category',
    ProductConnection: './queries/catalogue.ts#ProductPage',
    CreateProductsResult: './commands/create-products.ts#CreateProductsResult',
    UpdateProductResult: './commands/update-product.ts#UpdateProductResult',
    ArchiveProductResult: './commands/archive-product.ts#ArchiveProductResult',
    AdjustStockResult: './commands/adjust-stock.ts#AdjustStockResult',
    RestoreProductResult: './commands/restore-product.ts#RestoreProductResult',
    UploadPictureResult: './commands/upload-picture.ts#UploadPictureResult',
    StockMovementConnection: './queries/stock-movements.ts#StockMovementPage',
    User: '{ id: string }',
  },
  payment: {
    Payment: './queries.ts#PaymentView',
    LedgerEntry: './provider/provider.ts#LedgerEntry',
    SetFaultSwitchesResult: './commands/set-fault-switches.ts#SetFaultSwitchesResult',
    Order: '{ id: string }',
  },
  operations: {
    ReplayDeadLetterResult: './commands/replay-dead-letter.ts#ReplayDeadLetterResult',
    DiscardDeadLetterResult: './commands/discard-dead-letter.ts#DiscardDeadLetterResult',
    Component: './components.ts#Component',
    Consumer: './queries.ts#Consumer',
    DeadLetter: './dead-letter-view.ts#DeadLetter',
  },
  mail: {
    SendMailAgainResult: './commands/send-mail-again.ts#SendMailAgainResult',
    Mail: './queries.ts#Mail',
    Order: '{ id: string }',
  },
  cart: {
    Cart: './queries.ts#Cart',
    CartLine: './queries.ts#CartLine',
    AddToCartResult: './commands/add-to-cart.ts#AddToCartResult',
    SetCartQuantityResult: './commands/set-cart-quantity.ts#SetCartQuantityResult',
    RemoveFromCartResult: './commands/remove-from-cart.ts#RemoveFromCartResult',
    ClearCartResult: './commands/clear-cart.ts#ClearCartResult',
    ClaimCartResult: './commands/claim-cart.ts#ClaimCartResult',
    Product: '{ id: string }',
    User: '{ id: string }',
  },
  order: {
    Order: './orders.ts#Order',
    OrderLine: './orders.ts#OrderLine',
    OrderConnection: './queries/order-pages.ts#OrderPage',
    Cart: '{ id: string }',
    PlaceOrderResult: './commands/place-order.ts#PlaceOrderResult',
    CancelOrderResult: './commands/cancel-order.ts#CancelOrderResult',
    ShipOrderResult: './commands/ship-order.ts#ShipOrderResult',
    DeliverOrderResult: './commands/deliver-order.ts#DeliverOrderResult',
    RefundOrderResult: './commands/refund-order.ts#RefundOrderResult',
    User: '{ id: string }',
    Product: '{ id: string }',
  },
};

/** Each client of the graph gets the types of what it asks for; the text itself is read from its files at run time. */
const clients = readdirSync('schema/operations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const ofClients: CodegenConfig['generates'] = Object.fromEntries(
  clients.map((name) => [
    `schema/operations/${name}.types.ts`,
    {
      schema: 'schema/supergraph.graphql',
      documents: `schema/operations/${name}/*.graphql`,
      plugins: ['typescript-operations'],
      config: { useTypeImports: true, enumsAsTypes: true, defaultScalarType: 'unknown', scalars: { DateTime: 'string' } },
    },
  ]),
);

const ofSubgraphs: CodegenConfig['generates'] = Object.fromEntries(
  subgraphs.map((name) => [
    `subgraphs/${name}/schema.types.ts`,
    {
      schema: `subgraphs/${name}/schema.graphql`,
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        enumsAsTypes: true,
        importExtension: '.ts',
        defaultScalarType: 'unknown',
        scalars: { DateTime: 'Date | string' },
        contextType: `./resolvers.ts#Context`,
        optionalResolveType: true,
        resolversNonOptionalTypename: false,
        ...(models[name] ? { mappers: models[name], mapperTypeSuffix: 'Model' } : { defaultMapper: 'Partial<{T}>' }),
      },
    },
  ]),
);

const config: CodegenConfig = { generates: { ...ofSubgraphs, ...ofClients } };
export default config;
