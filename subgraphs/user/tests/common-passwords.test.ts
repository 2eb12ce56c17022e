import { describe, expect, it } from '@jest/globals';
import { isCommonPassword } from '../common-passwords.ts';

describe('a password that many people have', () => {
  it.each([
    ['as it is', 'qwertyuiop'],
    ['in other letters', 'QwertyUiop'],
    ['in full width', 'ｑｗｅｒｔｙｕｉｏｐ'],
    ['of digits', '1234567890'],
    ['with a year and a sign', 'Password2026!'],
    ['with something before it', '!!!letmein123'],
    ['written twice', 'dragondragon'],
    ['written twice, with a number', 'Dragondragon1'],
  ])('is known %s', (_how, password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    'tea in the afternoon',
    'a long enough password',
    'quite another password',
    'demo-1a2b-password',
    'Trà sen Tây Hồ buổi sáng',
    '7f!kQz02-xw',
  ])('is none that is derived from the user: %s', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });
});
