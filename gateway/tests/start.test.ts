import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '#platform/config.ts';
import { gatewayConfig } from '../app.ts';

describe('the configuration of the gateway', () => {
  test('needs nothing', () => {
    expect(loadConfig(gatewayConfig, {})).toMatchObject({ PORT: 4000, ALLOWED_ORIGINS: [], SUBGRAPH_URLS: {}, INTROSPECTION: true });
  });

  test('reads lists and addresses by name', () => {
    const config = loadConfig(gatewayConfig, {
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000',
      SUBGRAPH_URLS: 'cart=http://127.0.0.1:4002/graphql?a=b,order=https://order/graphql',
    });

    expect(config.ALLOWED_ORIGINS).toEqual(['https://a.example', 'http://localhost:3000']);
    expect(config.SUBGRAPH_URLS).toEqual({ cart: 'http://127.0.0.1:4002/graphql?a=b', order: 'https://order/graphql' });
  });

  test.each([
    ['ALLOWED_ORIGINS', 'shop.example'],
    ['ALLOWED_ORIGINS', 'https://shop.example/path'],
    ['SUBGRAPH_URLS', 'http://127.0.0.1'],
    ['TRUSTED_DOCUMENTS', 'yes'],
    ['INTERNAL_TOKEN_SECRET', 'short'],
    ['MAX_DEPTH', '-1'],
  ])('names %s when it is "%s"', (name, value) => {
    expect(() => loadConfig(gatewayConfig, { [name]: value })).toThrow(name);
  });
});
