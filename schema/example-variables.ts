import {
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

/** A value to try, by the name of a variable or field. In double braces stands what an earlier answer held. */
const examples: Readonly<Record<string, unknown>> = {
  email: 'lan-{{new}}@example.com',
  username: 'lan-{{new}}',
  login: '{{login}}',
  password: 'marigolds in spring',
  currentPassword: 'marigolds in spring',
  newPassword: 'marigolds in autumn',
  refreshToken: '{{refreshToken}}',
  token: 'the one in the mail',
  idempotencyKey: 'try-{{new}}-{{new}}',
  paymentMethodId: 'card-ok',
  cartVersion: '{{cartVersion}}',
  expectedTotal: { amount: '{{cartTotal}}', currency: 'EUR' },
  cartId: '{{cartId}}',
  orderId: '{{orderId}}',
  productId: '{{productId}}',
  userId: '{{userId}}',
  ids: ['{{productId}}'],
  line1: '12 Hang Gai',
  city: 'Ha Noi',
  postalCode: '100000',
  country: 'VN',
  sku: 'LOTUS-{{new}}',
  category: 'Teas',
  price: 1250,
  quantity: 1,
  difference: 5,
  reason: 'delivery',
  first: 10,
  number: '{{orderNumber}}',
  url: '/pictures/tea-lotus-50.svg',
  alt: 'A tin of lotus tea',
};

const people = /address|customer|shipping/i;

/** Which id `id` is, by what holds it. */
const ids: readonly (readonly [RegExp, string])[] = [
  [/product|stock/i, '{{productId}}'],
  [/order/i, '{{orderId}}'],
  [/cart/i, '{{cartId}}'],
  [/letter/i, '{{deadLetterId}}'],
  [/address/i, '{{addressId}}'],
];

/** Variables to try an operation with: all that it needs, and a page's size; what may be left out is. */
export function exampleVariables(operation: OperationDefinitionNode, schema: GraphQLSchema): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const { variable, type: node, defaultValue } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
    const name = variable.name.value;
    if (type === undefined || (!isNonNullType(type) && name !== 'first') || defaultValue !== undefined) continue;
    given[name] = exampleOf(name, type, operation.name?.value ?? '');
  }
  return given;
}

function exampleOf(name: string, type: GraphQLInputType, holder: string): unknown {
  if (isNonNullType(type)) return exampleOf(name, type.ofType, holder);
  if (name in examples) return examples[name];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isNeeded);
    return Object.fromEntries(fields.map((field) => [field.name, exampleOf(field.name, field.type, type.name)]));
  }
  if (isListType(type)) return [exampleOf(name, type.ofType, holder)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (name === 'id') return ids.find(([pattern]) => pattern.test(holder))?.[1] ?? '{{id}}';
  if (name === 'name') return people.test(holder) ? 'Lan Nguyen' : 'Lotus tea';
  return plainExample(type.name);
}

function isNeeded(field: GraphQLInputField): boolean {
  return isRequiredInputField(field);
}

function plainExample(type: string): unknown {
  if (type === 'Boolean') return true;
  return type === 'Int' || type === 'Float' ? 1 : '';
}
