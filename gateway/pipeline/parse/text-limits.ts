import { GraphQLError, Lexer, Source, type Token, TokenKind } from 'graphql';
import { RequestError, reject, withCode } from '../request-error.ts';

export type TextLimits = {
  /** UTF-16 units of the text. */
  readonly maxLength: number;
  /** Lexical tokens of the whole document. */
  readonly maxTokens: number;
  /** Brackets of any kind that are open at once. */
  readonly maxNesting: number;
  /** Characters of a name: of an operation, a fragment, a variable, an alias, a field, an enum's value. */
  readonly maxNameLength: number;
};

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Rejects a text before it is parsed, which takes as much memory as it is long and as much stack as it is deep. Reads it from its
 * beginning to its end once, and keeps nothing. Returns how many
 * tokens there are.
 * @throws RequestError
 */
export function assertReadable(text: string, { maxLength, maxTokens, maxNesting, maxNameLength }: TextLimits): number {
  if (text.length > maxLength) {
    reject('OPERATION_TOO_LARGE', `The text of the operation has ${text.length} characters; the limit is ${maxLength}.`);
  }
  const lexer = new Lexer(new Source(text));
  let nesting = 0;
  let tokens = 0;
  for (; next(lexer) !== TokenKind.EOF; tokens += 1) {
    const { kind } = lexer.token;
    if (kind === TokenKind.NAME) assertShort(lexer.token, maxNameLength);
    if (opening.has(kind)) nesting += 1;
    else if (closing.has(kind)) nesting -= 1;
    if (nesting > maxNesting) reject('OPERATION_TOO_LARGE', `The operation nests more than ${maxNesting} brackets.`);
    if (tokens >= maxTokens) reject('OPERATION_TOO_LARGE', `The operation has more than ${maxTokens} tokens.`);
  }
  return tokens;
}

/** An alias is written once and answered with each object, and other names end up in errors, logs and traces. */
function assertShort({ start, end }: Token, maxNameLength: number): void {
  if (end - start > maxNameLength) reject('OPERATION_TOO_LARGE', `The operation has a name of more than ${maxNameLength} characters.`);
}

function next(lexer: Lexer): string {
  try {
    return lexer.advance().kind;
  } catch (error) {
    if (error instanceof GraphQLError) throw new RequestError([withCode('GRAPHQL_PARSE_FAILED', error)]);
    throw error;
  }
}
