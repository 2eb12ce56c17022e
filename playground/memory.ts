/** The last ids of the answers that the playground saw, and the last cart as it was shown, so that the examples can be run one after the other without copying. */
export type Memory = {
  /** Looks through the data of an answer. */
  learn(data: unknown): void;
  /** The variables with what stands in double braces filled in; where nothing stands beside it, as the value that it is. @throws Error that names the example to run first. */
  fill<T>(variables: T): T;
};

const firstRun: Readonly<Record<string, string>> = {
  productId: 'BrowseProducts',
  orderId: 'PlaceOrder',
  paymentMethodId: 'PaymentMethods',
  cartVersion: 'AddToCart',
  cartTotal: 'AddToCart',
};

type Plain = Readonly<Record<string, unknown>>;

export function createMemory(): Memory {
  const known = new Map<string, string | number>();

  const note = (value: Plain, key: string): void => {
    const kind = kindOf(value, key);
    if (kind !== undefined && typeof value['id'] === 'string') known.set(kind, value['id']);
    if (key === 'cart') noteCart(value);
  };
  const noteCart = ({ version, total }: Plain): void => {
    if (typeof version === 'number') known.set('cartVersion', version);
    if (isPlain(total) && typeof total['amount'] === 'number') known.set('cartTotal', total['amount']);
  };
  const visit = (value: unknown, key: string): void => {
    // the first of a list is noted last, and so stays: it is what a reader sees
    if (Array.isArray(value)) for (const item of value.toReversed()) visit(item, key);
    if (!isPlain(value)) return;
    for (const [name, child] of Object.entries(value)) visit(child, name);
    note(value, key);
  };
  const fillText = (text: string, unused: string): string =>
    text.replace(/"\{\{(\w+)\}\}"|\{\{(\w+)\}\}/g, (_, whole: string | undefined, part: string) => {
      const name = whole ?? part;
      const value = name === 'new' ? unused : known.get(name);
      if (value !== undefined) return whole === undefined ? String(value) : JSON.stringify(value);
      throw new Error(
        `Run ${firstRun[name] ?? 'another example'} first: {{${name}}} is filled in from its answer. Or write an id in its place.`,
      );
    });

  return {
    learn: (data) => visit(data, ''),
    fill(variables) {
      const unused = Math.random().toString(36).slice(2, 8).toUpperCase();
      const text = JSON.stringify(variables ?? {});
      return JSON.parse(fillText(text, unused)) as typeof variables;
    },
  };
}

const kinds: Readonly<Record<string, string>> = {
  product: 'productId',
  products: 'productId',
  order: 'orderId',
  orderStatus: 'orderId',
  paymentMethods: 'paymentMethodId',
};

/** Which id it is, by the field that holds it; a node of a page by what it has. */
function kindOf(value: Plain, key: string): string | undefined {
  if (key !== 'node') return kinds[key];
  if ('number' in value) return 'orderId';
  return 'price' in value ? 'productId' : undefined;
}

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
