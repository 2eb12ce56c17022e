import { dictionary } from '@zxcvbn-ts/language-common';

/** The passwords that people choose most, as they are compared: 49,000, from lists of what was stolen elsewhere. */
const common: ReadonlySet<string> = new Set(dictionary['passwords-common'].map(fold));

/** Shorter words are parts of anything. */
const shortestPart = 4;

/**
 * Whether a password is among those that are tried first (NIST SP 800-63B, 5.1.1.2): as it is, without the few digits and signs that people put
 * around a word when a rule asks for it, or as one of them written several times. Letters count alike in both cases.
 */
export function isCommonPassword(password: string): boolean {
  const folded = fold(password);
  const word = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  // with more around it than the word has, it is something else
  const candidates = word.length * 2 > folded.length ? [folded, word] : [folded];
  return candidates.flatMap((text) => [text, repeatedPartOf(text)]).some((text) => text.length >= shortestPart && common.has(text));
}

/** The shortest text that makes this one when it is written often enough. */
function repeatedPartOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const part = text.slice(0, length);
    if (text.length % length === 0 && part.repeat(text.length / length) === text) return part;
  }
  return text;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
