import { expect, test } from '@jest/globals';
import { foldText, wordsOf } from '../fold-text.ts';

test.each([
  ['Đà Lạt', 'da lat'],
  ['Lâm Đồng', 'lam dong'],
  ['Đà Lạt'.normalize('NFD'), 'da lat'],
  ['ƯỜNG Bà Rịa', 'uong ba ria'],
  ['Łódź, Ærø, Straße, Þór, Œuvre, ı İ', 'lodz, aero, strasse, thor, oeuvre, i i'],
  ['ﬁne 2×½ ＴＥＡ', 'fine 2×1⁄2 tea'],
  ['Чай 茶 한국 Καφές', 'чаи 茶 한국 καφες'],
  ['हिन्दी ガラス ชาน้ำ தமிழ் বাংলা', 'हिन्दी ガラス ชาน\u0e49\u0e4d\u0e32 தமிழ் বাংলা'],
  ['ｶﾞﾗｽ カ\u3099', 'ガラス ガ'],
  ['مُحَمَّد أحمد آسيا', 'محمد أحمد آسيا'],
  ['שָׁלוֹם', 'שלום'],
  ['❤\ufe0f 1\ufe0f\u20e3 te\u00adas می\u200cخواهم', '❤ 1 teas میخواهم'],
  ['a\u094d \u0301', 'a '],
])('%p is folded to %p', (text, folded) => {
  expect(foldText(text)).toBe(folded);
  expect(foldText(folded)).toBe(folded);
});

test('words are letters and digits', () => {
  expect(wordsOf(' Oak—table, 2×"Đà" ')).toEqual(['Oak', 'table', '2', 'Đà']);
});

test('words keep the signs that are part of their letters', () => {
  expect(wordsOf('हिन्दी, चाय \u093f!')).toEqual(['हिन्दी', 'चाय']);
});
