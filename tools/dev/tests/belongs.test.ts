import { expect, test } from '@jest/globals';
import { belongsTo } from '../belongs.ts';
import { serviceNames } from '../services.ts';

test.each([
  ['subgraphs/order/checkout-saga.ts', ['order'], false],
  ['subgraphs/payment/provider/simulated-provider.ts', ['payment'], false],
  ['subgraphs/order/schema.graphql', ['order'], true],
  ['schema/common.graphql', serviceNames.filter((name) => name !== 'gateway'), true],
  ['gateway/http/server.ts', ['gateway'], false],
  ['platform/auth.ts', serviceNames, false],
  ['kafka/consumer.ts', serviceNames, false],
] as const)('%s belongs to %j', (path, restart, compose) => {
  expect(belongsTo(path)).toEqual({ restart, compose });
});

test.each([
  'subgraphs/order/tests/saga.test.ts',
  'platform/tests/config.test.ts',
  'subgraphs/order/resolvers.types.ts',
  'schema/supergraph.graphql',
  'schema/operations/storefront/cart.graphql',
  'subgraphs/order/.#saga.ts',
  'subgraphs/nobody/app.ts',
  'tools/dev/start.ts',
])('%s belongs to no process', (path) => {
  expect(belongsTo(path)).toEqual({ restart: [], compose: false });
});
