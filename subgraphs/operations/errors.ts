export type DeadLetterNotFound = { __typename: 'DeadLetterNotFound'; code: 'DEAD_LETTER_NOT_FOUND'; message: string };
export type DeadLetterTooLarge = { __typename: 'DeadLetterTooLarge'; code: 'DEAD_LETTER_TOO_LARGE'; message: string };

export const deadLetterNotFound: DeadLetterNotFound = {
  __typename: 'DeadLetterNotFound',
  code: 'DEAD_LETTER_NOT_FOUND',
  message: 'There is no such message: it was replayed or forgotten, or never was.',
};

export const deadLetterTooLarge: DeadLetterTooLarge = {
  __typename: 'DeadLetterTooLarge',
  code: 'DEAD_LETTER_TOO_LARGE',
  message: 'With the marks of a replay this message is larger than its topic takes. It can be looked at and discarded, not replayed.',
};
