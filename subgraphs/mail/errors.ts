export type MailNotFailed = { __typename: 'MailNotFailed'; code: 'MAIL_NOT_FAILED'; message: string };

export const mailNotFailed: MailNotFailed = {
  __typename: 'MailNotFailed',
  code: 'MAIL_NOT_FAILED',
  message: 'There is no such mail that has failed: it was sent, is about to be, or can no longer be written.',
};
