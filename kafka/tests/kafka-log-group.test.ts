import { expect, test } from '@jest/globals';
import { clientIdOf, isDeadSelf } from '../kafka/group.ts';

// no process has a number so high: Linux stops at 2^22
const gone = 9_999_999;

test('a member of our own name whose process is gone is our dead self', () => {
  expect(isDeadSelf(clientIdOf('order@here', gone), 'order@here')).toBe(true);
});

test('a member with our own process number is our dead self: in a container each process has the same', () => {
  expect(isDeadSelf(clientIdOf('order@here'), 'order@here')).toBe(true);
});

test.each([
  ['a member whose process lives', clientIdOf('order@here', process.ppid), 'order@here'],
  ['a member of another name', clientIdOf('order@elsewhere', gone), 'order@here'],
  ['a member whose name begins like ours', clientIdOf('order@here2', gone), 'order@here'],
  ['a member with no process number', 'order@here#', 'order@here'],
  ['a member with process number 0', 'order@here#0', 'order@here'],
  ['a member of another program', 'kafkajs', 'order@here'],
])('%s is not', (_what, clientId, memberId) => {
  expect(isDeadSelf(clientId, memberId)).toBe(false);
});
