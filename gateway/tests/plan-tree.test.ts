import type { PlanNode } from '@apollo/query-planner';
import { describe, expect, test } from '@jest/globals';
import { createFetchLog, withTimes } from '../supergraph/plans/fetch-log.ts';
import { type PlanTree, toTree } from '../supergraph/plans/plan-tree.ts';

const fetchNode = (serviceName: string, operation: string, more: object = {}) =>
  ({ kind: 'Fetch', serviceName, operation, ...more }) as unknown as PlanNode;

describe('a plan as a tree', () => {
  test('keeps what runs in sequence, at once, and for the objects at a path', () => {
    const requires = [{ kind: 'InlineFragment', typeCondition: 'Book', selections: [{ kind: 'Field', name: 'id' }] }];

    const tree = toTree({
      kind: 'Sequence',
      nodes: [
        fetchNode('books', '{books{id}}'),
        { kind: 'Parallel', nodes: [{ kind: 'Flatten', path: ['books', '@'], node: fetchNode('reviews', '{x}', { requires }) }] },
      ],
    });

    expect(tree).toEqual({
      kind: 'sequence',
      nodes: [
        { kind: 'fetch', service: 'books', operation: '{books{id}}' },
        {
          kind: 'parallel',
          nodes: [
            {
              kind: 'flatten',
              path: ['books', '@'],
              nodes: [{ kind: 'fetch', service: 'reviews', operation: '{x}', requires: '{ ... on Book { id } }' }],
            },
          ],
        },
      ],
    });
  });

  test('names the variable on which a part depends', () => {
    const both: PlanNode = { kind: 'Condition', condition: 'full', ifClause: fetchNode('a', '{a}'), elseClause: fetchNode('b', '{b}') };

    expect(toTree({ kind: 'Condition', condition: 'full', ifClause: fetchNode('a', '{a}') })).toMatchObject({ condition: '$full' });
    expect(toTree(both)).toMatchObject({ kind: 'parallel', nodes: [{ condition: '$full' }, { condition: 'not $full' }] });
  });
});

describe('the times of a plan', () => {
  const fetch = (service: string): PlanTree => ({ kind: 'fetch', service, operation: '{x}' });
  const at = (path: string[], node: PlanTree): PlanTree => ({ kind: 'flatten', path, nodes: [node] });
  const tree: PlanTree = { kind: 'sequence', nodes: [fetch('a'), at(['one', '@'], fetch('b')), at(['two'], at(['@'], fetch('b')))] };

  test('stand with the fetches they are of, also when the same is asked at two places', () => {
    let now = 100;
    const log = createFetchLog(() => now);
    const begin = (service: string, path: string[]) => log.begin({ service, operation: '{x}', path });
    const first = begin('a', []);
    now = 112.3456;
    first('answered');
    const two = begin('b', ['two', '@']);
    const one = begin('b', ['one', '@']);
    now = 120;
    one('errors');
    now = 130;
    two('failed');

    expect(withTimes(tree, log.records)).toMatchObject({
      nodes: [
        { startMs: 0, endMs: 12.35, status: 'answered' },
        { nodes: [{ startMs: 12.35, endMs: 20, status: 'errors' }] },
        { nodes: [{ nodes: [{ startMs: 12.35, endMs: 30, status: 'failed' }] }] },
      ],
    });
  });

  test('are missing where nothing was there to ask about', () => {
    expect(withTimes(tree, [])).toEqual(tree);
  });
});
