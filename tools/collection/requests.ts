import { type GraphQLSchema, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import { exampleVariables } from '#schema/example-variables.ts';
import type { RegisteredOperation } from '#schema/operations.ts';

/** A request as Bruno's language knows it, in the shape of `jsonToBruV2`. */
export type BrunoRequest = Readonly<Record<string, unknown>> & { readonly meta: { name: string; type: string; seq: number } };

/** What a customer agrees to by buying: an answer with both of them shows the cart. */
const cartAsShown = [
  ['cartVersion', 'cart.version'],
  ['cartTotal', 'cart.total.amount'],
] as const;

/** A value of a response for later requests: its path and its variable name. */
const learns: Readonly<Record<string, readonly (readonly [name: string, path: string])[]>> = {
  logIn: [
    ['accessToken', 'session.accessToken'],
    ['refreshToken', 'session.refreshToken'],
  ],
  register: [
    ['accessToken', 'session.accessToken'],
    ['refreshToken', 'session.refreshToken'],
    ['login', 'session.user.username'],
  ],
  refreshSession: [
    ['accessToken', 'session.accessToken'],
    ['refreshToken', 'session.refreshToken'],
  ],
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

/** The request of a registered operation: over HTTP, or for a subscription the two messages that begin it on a socket. */
export function requestOf(operation: RegisteredOperation, seq: number, schema: GraphQLSchema): BrunoRequest {
  const { name, text, document } = operation;
  const definition = getOperationAST(document);
  if (!definition) throw new Error(`${operation.file} holds no operation.`);
  const variables = fillNew(exampleVariables(definition, schema));
  const docs = commentOf(text);
  const query = withoutComment(text);
  if (definition.operation === 'subscription') return subscriptionOf(name, seq, docs, { query, variables });
  return {
    meta: { name, type: 'graphql', seq },
    http: { method: 'post', url: '{{gateway}}/graphql', body: 'graphql', auth: 'bearer' },
    auth: { mode: 'bearer', bearer: { token: '{{accessToken}}' } },
    body: { graphql: { query, variables: withNumbers(JSON.stringify(variables, null, 2)) } },
    ...(learnt(definition) === '' ? {} : { script: { res: learnt(definition) } }),
    docs,
  };
}

function subscriptionOf(name: string, seq: number, docs: string, payload: object): BrunoRequest {
  const message = (title: string, content: object) => ({ name: title, type: 'json', content: JSON.stringify(content, null, 2) });
  return {
    meta: { name, type: 'ws', seq },
    ws: { url: '{{socket}}/graphql', body: 'ws', auth: 'none' },
    headers: [{ name: 'Sec-WebSocket-Protocol', value: 'graphql-transport-ws', enabled: true }],
    body: {
      ws: [
        message('1 who is there', { type: 'connection_init', payload: { authorization: 'Bearer {{accessToken}}' } }),
        message('2 subscribe', { id: '1', type: 'subscribe', payload }),
      ],
    },
    docs: `${docs}\n\nSend the messages in their order.`,
  };
}

/** A script for Bruno: what the answer holds is kept for the requests after this one. */
function learnt(definition: OperationDefinitionNode): string {
  return definition.selectionSet.selections
    .flatMap((selection) => {
      if (selection.kind !== Kind.FIELD) return [];
      const key = selection.alias?.value ?? selection.name.value;
      return (learns[selection.name.value] ?? []).map(([name, path]) => {
        const value = `res.body.data?.${key}?.${path.replaceAll('.', '?.').replaceAll('[', '?.[')}`;
        return `if (${value}) bru.setEnvVar("${name}", ${value});`;
      });
    })
    .join('\n');
}

/** Something that was never used before: Bruno makes it when the request is sent. */
function fillNew(variables: object): object {
  return JSON.parse(JSON.stringify(variables).replaceAll('{{new}}', '{{$randomInt}}'));
}

/** What Bruno fills in as numbers stands without quotes. */
function withNumbers(variables: string): string {
  return variables.replaceAll(/"(\{\{(?:cartVersion|cartTotal)\}\})"/g, '$1');
}

const commentOf = (text: string) => /^(?:#.*\n)+/.exec(text)?.[0].replaceAll(/^# ?/gm, '').trim() ?? '';
const withoutComment = (text: string) => text.replace(/^(?:#.*\n)+/, '').trim();
