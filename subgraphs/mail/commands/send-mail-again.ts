import { z } from 'zod';
import { assertAdmin, type Identity } from '#platform/auth.ts';
import { type InvalidInput, inputField, parseInput } from '#platform/input.ts';
import type { MailDependencies } from '../dependencies.ts';
import { type MailNotFailed, mailNotFailed } from '../errors.ts';
import { queueAgain } from '../mails.ts';
import { findMail, type Mail } from '../queries.ts';

const sendMailAgainInput = z.object({ id: inputField.id() });

export type SendMailAgainResult = { mail: Mail } | MailNotFailed | InvalidInput;

/** Only one that has failed: what the mail server may have taken is never sent twice. @throws AppError FORBIDDEN, UNAUTHENTICATED */
export async function sendMailAgain(
  { database, wakeSender, logger }: MailDependencies,
  identity: Identity,
  input: unknown,
): Promise<SendMailAgainResult> {
  const { userId } = assertAdmin(identity);
  const parsed = parseInput(sendMailAgainInput, input);
  if (!parsed.ok) return parsed.error;
  const { id } = parsed.value;
  // read before it is committed: afterwards the sender may have it already
  const mail = await database.transaction(async (sql) => ((await queueAgain(sql, id, userId)) ? findMail(sql, id) : null));
  if (mail === null) return mailNotFailed;
  logger.info({ userId, mailId: id }, 'a mail that had failed was queued again');
  wakeSender();
  return { mail };
}
