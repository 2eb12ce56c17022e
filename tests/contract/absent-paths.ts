/** What an empty cart has not, below its lines. */
export const emptyCart = [
  ...[
    '',
    '.productId',
    '.name',
    '.quantity',
    '.notices',
    '.available',
    '.unitPrice',
    '.lineTotal',
    '.product',
    '.product.id',
    '.product.slug',
  ],
  ...['.unitPrice', '.lineTotal'].flatMap((money) => [`${money}.amount`, `${money}.currency`]),
  ...['.product.availability', '.product.images', '.product.images.url', '.product.images.alt'],
];

/** Fields that are null for lines with enough stock. */
export const wellLines = (cart: string) => [`${cart}.lines.notices`, `${cart}.lines.available`];

/** The same, of a cart in which there is room. */
export const roomyCart = (cart: string) => [
  ...wellLines(cart),
  ...['', '.productId', '.name', '.quantity'].map((field) => `${cart}.waiting${field}`),
];

/** What an order has not that is paid, and nothing went wrong with. */
export const wellOrder = [
  'orderStatus.cancelReason',
  'orderStatus.shippingAddress.line2',
  'orderStatus.payment.failure',
  'orderStatus.payment.failure.code',
  'orderStatus.payment.refunds.id',
  'orderStatus.payment.refunds.status',
  'orderStatus.payment.refunds.completedAt',
  ...['', '.productId', '.name', '.quantity', '.available'].map((field) => `orderStatus.failedLines${field}`),
];
