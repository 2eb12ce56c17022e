import { expect, test } from '@jest/globals';
import { foldText, wordsOf } from '../fold-text.ts';

test.each([
  ['Đà Lạt', 'da lat'],
  ['Lâm Đồng', 'lam dong'],
  ['Đà Lạt'.normalize('NFD'), 'da lat'],
  ['ƯỜNG Bà Rịa', 'uong ba ria'],
  ['Łódź, Ærø, Straße, Þór, Œuvre, ı İ', 'lodz, aero, strasse, thor, oeuvre, i i'],
  ['ﬁne 2×½ ＴＥＡ', 'fine 2×1⁄2 tea'],
  ['Чай 茶 한국 ガ', 'чаи 茶 한국 カ'],
])('%p is folded to %p', (text, folded) => {
  expect(foldText(text)).toBe(folded);
  expect(foldText(folded)).toBe(folded);
});

test('words are letters and digits', () => {
  expect(wordsOf(' Oak—table, 2×"Đà" ')).toEqual(['Oak', 'table', '2', 'Đà']);
});
