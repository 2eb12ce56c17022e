import { type GraphQLSchema, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { exampleVariables } from '#schema/example-variables.ts';
import type { RegisteredOperation } from '#schema/operations.ts';

/** A request of the collection, in Postman's format 2.1. */
export type PostmanRequest = {
  readonly name: string;
  readonly event?: readonly { readonly listen: 'test'; readonly script: { readonly type: 'text/javascript'; readonly exec: string[] } }[];
  readonly request: {
    readonly method: 'POST';
    readonly description: string;
    readonly header: readonly [];
    readonly url: { readonly raw: string; readonly host: readonly string[]; readonly path: readonly string[] };
    /** The variables are JSON as text, so that a variable of the collection can stand in them. */
    readonly body: { readonly mode: 'graphql'; readonly graphql: { readonly query: string; readonly variables: string } };
  };
  readonly response: readonly [];
};

/** What a customer agrees to by buying: an answer with both of them shows the cart. */
const cartAsShown = [
  ['cartVersion', 'cart.version'],
  ['cartTotal', 'cart.total.amount'],
] as const;

const tokens = [
  ['token', 'session.accessToken'],
  ['refreshToken', 'session.refreshToken'],
] as const;

/** A value of a response for later requests: the variable of the collection and the path, by field. */
const learns: Readonly<Record<string, readonly (readonly [name: string, path: string])[]>> = {
  logIn: tokens,
  register: [...tokens, ['login', 'session.user.username']],
  refreshSession: tokens,
  products: [['productId', 'edges[0].node.id']],
  createProducts: [['productId', 'products[0].id']],
  addToCart: [['cartId', 'cart.id'], ...cartAsShown],
  setCartQuantity: cartAsShown,
  cart: cartAsShown.map(([name, path]) => [name, path.replace('cart.', '')] as const),
  placeOrder: [
    ['orderId', 'order.id'],
    ['orderNumber', 'order.number'],
  ],
  orders: [['orderId', 'edges[0].node.id']],
  deadLetters: [['deadLetterId', 'edges[0].node.id']],
};

const overWebSocket =
  'A subscription: its updates come over a WebSocket at the same address, by the protocol `graphql-transport-ws`. Sent as it is, this request is refused.';

/** Numbers among the variables of the collection: they stand in JSON without quotes. */
const numbers = ['cartVersion', 'cartTotal'];

/** Every variable of the collection, with what it is before any request was sent. */
export const collectionVariables: readonly { readonly key: string; readonly value: string }[] = [
  { key: 'baseUrl', value: 'http://localhost:4000' },
  { key: 'token', value: '' },
  { key: 'refreshToken', value: '' },
  { key: 'login', value: 'linh' },
  ...['productId', 'cartId', 'orderId', 'orderNumber', 'deadLetterId', 'addressId', 'userId', 'id'].map((key) => ({ key, value: '' })),
  ...numbers.map((key) => ({ key, value: '0' })),
];

/**
 * The request of a registered operation. The format knows no WebSockets, which the gateway needs for a subscription: its request states
 * so, and has what the message of `subscribe` is made of.
 */
export function requestOf(operation: RegisteredOperation, schema: GraphQLSchema): PostmanRequest {
  const { name, text, document } = operation;
  const definition = getOperationAST(document);
  if (!definition) throw new Error(`${operation.file} holds no operation.`);
  const variables = withNumbers(fillNew(JSON.stringify(exampleVariables(definition, schema), null, 2)));
  const script = learnt(definition);
  return {
    name,
    ...(script.length === 0 ? {} : { event: [{ listen: 'test', script: { type: 'text/javascript', exec: script } }] }),
    request: {
      method: 'POST',
      description: [commentOf(text), ...(definition.operation === 'subscription' ? [overWebSocket] : [])].join('\n\n'),
      header: [],
      url: { raw: '{{baseUrl}}/graphql', host: ['{{baseUrl}}'], path: ['graphql'] },
      body: { mode: 'graphql', graphql: { query: withoutComment(text), variables } },
    },
    response: [],
  };
}

/** A script for Postman: what the answer holds is kept for the requests after this one. */
function learnt(definition: OperationDefinitionNode): string[] {
  const lines = definition.selectionSet.selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const key = selection.alias?.value ?? selection.name.value;
    return (learns[selection.name.value] ?? []).map(([name, path]) => {
      const value = `data?.${key}?.${path.replaceAll('.', '?.').replaceAll('[', '?.[')}`;
      return `if (${value} !== undefined) pm.collectionVariables.set('${name}', ${value});`;
    });
  });
  return lines.length === 0 ? [] : ['const { data } = pm.response.json();', ...lines];
}

/** Something that was never used before: Postman makes it when the request is sent. */
const fillNew = (variables: string) => variables.replaceAll('{{new}}', '{{$timestamp}}');

function withNumbers(variables: string): string {
  return numbers.reduce((text, name) => text.replaceAll(`"{{${name}}}"`, `{{${name}}}`), variables);
}

const commentOf = (text: string) => /^(?:#.*\n)+/.exec(text)?.[0].replaceAll(/^# ?/gm, '').trim() ?? '';
const withoutComment = (text: string) => text.replace(/^(?:#.*\n)+/, '').trim();
