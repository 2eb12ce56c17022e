import { describe, expect, test } from '@jest/globals';
import { readProblem, reasonOfEnd } from '../service-log.ts';

const record = (fields: object) => JSON.stringify({ level: 'info', service: 'order', ...fields });

describe('the problem that a line of a log reports', () => {
  test('is none when nothing is wrong, or the line is no record', () => {
    expect(readProblem(record({ msg: 'ready' }))).toBeNull();
    expect(readProblem('"level":"error" but not a record')).toBeNull();
  });

  test('is its message with the first line of the error', () => {
    const line = record({ level: 'error', msg: 'the mail could not be sent', error: { message: 'connection rejected\nat somewhere' } });
    expect(readProblem(line)).toEqual({ level: 'error', message: 'the mail could not be sent: connection rejected' });
  });
});

describe('why a process ended', () => {
  test('is the exit status when it printed nothing', () => {
    expect(reasonOfEnd([record({ msg: 'ready' })], 'was ended by SIGKILL')).toBe('was ended by SIGKILL');
  });

  test('is its last error', () => {
    const lines = [record({ level: 'fatal', msg: 'a consumer ended for good' }), record({ msg: 'bye' })];
    expect(reasonOfEnd(lines, 'ended with code 1')).toBe('ended with code 1: a consumer ended for good');
  });

  test('is the sentence that it left, without the stack', () => {
    const lines = ['order: PORT: must be a number', '    at file:///somewhere.ts:1:1', 'Node.js v24.21.0'];
    expect(reasonOfEnd(lines, 'ended with code 2')).toBe('ended with code 2: order: PORT: must be a number');
  });
});
