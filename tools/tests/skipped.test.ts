import { expect, test } from '@jest/globals';
import { skippedTests, tellSkipped } from '../verify/skipped.ts';

const report = {
  testResults: [
    {
      assertionResults: [
        { status: 'pending', ancestorTitles: ['[needs kafka] the event log on Kafka'], title: 'keeps the order' },
        { status: 'pending', ancestorTitles: ['operations'], title: '[needs kafka] a message is replayed' },
        { status: 'pending', ancestorTitles: [], title: '[needs git] a removed field is rejected' },
        { status: 'pending', ancestorTitles: [], title: 'left out by hand' },
        { status: 'passed', ancestorTitles: ['the event log in process'], title: 'keeps the order' },
      ],
    },
  ],
};

test('what was skipped is counted by what the machine lacks', () => {
  expect(skippedTests(report)).toEqual({ kafka: 2, git: 1 });
});

test('the summary lists what was not tested, where, and how to test it', () => {
  const outcomes = [
    { name: 'schema', skippedFor: { history: 1 } },
    { name: 'integration', skippedFor: { kafka: 30, git: 1 } },
    { name: 'e2e', skippedFor: { kafka: 4 } },
    { name: 'unit', skippedFor: {} },
  ];

  expect(tellSkipped(outcomes)).toEqual([
    'skipped in integration, e2e: 34 tests need Kafka: install Java 17 and Maven',
    'skipped in integration: 1 test needs git: install git',
    'skipped in schema: 1 comparison needs the commits before: clone the repository with git',
  ]);
});
