import { describe, expect, test } from '@jest/globals';
import { withCommonTypes } from '../common-types.ts';
import { review } from '../review.ts';
import { changedGraph } from './changed-graph.ts';

const common = `# Shared.

"An amount."
type Money @shareable {
  amount: Int!
  currency: CurrencyCode!
}

enum CurrencyCode {
  EUR
}

scalar DateTime
`;

describe('the SDL of a subgraph', () => {
  test('is completed by the common types that it refers to, and by theirs', () => {
    expect(withCommonTypes('type Query { total: Money }\n', common)).toBe(
      `type Query { total: Money }\n\n"An amount."\ntype Money @shareable {\n  amount: Int!\n  currency: CurrencyCode!\n}\n\nenum CurrencyCode {\n  EUR\n}\n`,
    );
  });

  test('gets nothing that it does not refer to, and nothing that it defines', () => {
    const sdl = 'type Query { at: DateTime }\n\nscalar DateTime\n';

    expect(withCommonTypes(sdl, common)).toBe(sdl);
  });

  test.each(['type Query {', ''])('that cannot be parsed stays as it is: %p', (sdl) => {
    expect(withCommonTypes(sdl, common)).toBe(sdl);
  });
});

test('what is wrong in a common type is reported once, where it is written', async () => {
  const files = changedGraph([['schema/common.graphql', 'amount: Int!', 'amount: Float!']]);
  const { problems } = await review(files, null);

  expect(problems.map(({ file, message }) => `${file}: ${message.slice(0, 27)}`)).toEqual([
    'schema/common.graphql: Money.amount is a Float. Mo',
  ]);
});
