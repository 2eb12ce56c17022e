import { describe, expect, test } from '@jest/globals';
import { hasControlCharacters, isEasyToGuess, isOneLine, lengthOf, preparePassword, tidyText } from '../text.ts';

/** Ten kinds of blanks; the last five are none to JavaScript. */
const blanks = '\u0020\u00a0\u1680\u2003\u3000\u200b\u2060\u3164\u115f\u2800';

describe('a text', () => {
  test('is composed, and has no blanks around it', () => {
    expect(tidyText(`\u3000${'Huế'.normalize('NFD')}\u00a0`)).toBe('Huế');
    expect(lengthOf(tidyText('ếộữở'.normalize('NFD')))).toBe(4);
  });

  test('turns nothing around that stands after it', () => {
    expect(tidyText('Ann \u202egnol')).toBe('Ann gnol');
    expect(tidyText('\u202a+84 24 3825 3525\u202c\u2067')).toBe('+84 24 3825 3525');
    expect(tidyText('שלום\u200f עולם')).toBe('שלום\u200f עולם');
  });

  test.each([...blanks, blanks, '\u200d\u2063\ufe0f', '\u00ad', '\u0301'])('of %j alone is empty', (text) => {
    expect(tidyText(text)).toBe('');
  });

  test.each(['👩‍🌾', 'न', '–', '১', '한', '😀'])('of %s is none of these', (text) => {
    expect(tidyText(text)).toBe(text);
  });

  test('is as long as its code points', () => {
    expect([lengthOf(''), lengthOf('Huế'), lengthOf('😀'.repeat(10))]).toEqual([0, 3, 10]);
  });

  test('may hold line breaks and tabs, and on one line neither', () => {
    expect(['a\nb\tc\r', 'a\u0000', 'a\u0085', 'a\u001b'].map(hasControlCharacters)).toEqual([false, true, true, true]);
    expect(['ab', 'a\nb', 'a\u2028b', 'a\u0085b', 'a\tb'].map(isOneLine)).toEqual([true, false, false, false, false]);
  });
});

describe('a password', () => {
  test('is the same whatever keyboard wrote it', () => {
    expect(preparePassword('trà\u00a0chiều ﬁ'.normalize('NFD'))).toBe('trà chiều fi');
  });

  test('of blanks is easy to guess, however many kinds there are', () => {
    expect([blanks, `${blanks}abc`, `${blanks}abcd`].map((text) => isEasyToGuess(preparePassword(text)))).toEqual([true, true, false]);
  });
});
