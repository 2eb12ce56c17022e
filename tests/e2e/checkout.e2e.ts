import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stories } from '#tools/demo/stories.ts';
import { type OpenShop, openShop } from './shop.ts';

let shop: OpenShop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop?.close());

test.each(stories.map((story) => [story.title, story] as const))(
  '%s',
  async (_, story) => {
    const checks = await story.play(shop.stage);

    expect(checks.filter((check) => !check.holds)).toEqual([]);
    expect(checks.length).toBeGreaterThan(0);
  },
  90_000,
);
