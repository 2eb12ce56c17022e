import { expect, test } from '@jest/globals';
import { fieldsOf, previewOf } from '../pages/admin/logs/fields.ts';

const json = JSON.stringify({
  reason: 'CARD_DECLINED',
  attempt: 2,
  isFinal: true,
  lines: [{ name: 'Tea' }],
  error: { type: 'Error', message: 'broken', stack: 'Error: broken\n    at pay' },
});

test('the fields of a log record are shown as they are, objects as JSON, an error with its stack', () => {
  expect(fieldsOf(json)).toEqual([
    { name: 'reason', value: 'CARD_DECLINED' },
    { name: 'attempt', value: '2' },
    { name: 'isFinal', value: 'true' },
    { name: 'lines', value: '[\n  {\n    "name": "Tea"\n  }\n]' },
    { name: 'error', value: 'Error: broken\n    at pay' },
  ]);
});

test('the short ones stand in one line, an error by its message; a long text is cut', () => {
  expect(previewOf(json)).toBe('reason: CARD_DECLINED · attempt: 2 · isFinal: true · error: broken');
  expect(previewOf(JSON.stringify({ text: 'x'.repeat(2000) }))).toHaveLength('text: '.length + 121);
});

test('what is no JSON object has no fields', () => {
  for (const text of ['', '{', 'null', '1']) expect([fieldsOf(text), previewOf(text)]).toEqual([[], '']);
});
