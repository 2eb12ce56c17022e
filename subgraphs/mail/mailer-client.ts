import { type Identity, signInternalToken } from '#platform/auth.ts';
import { AppError } from '#platform/errors.ts';

export type MailerClient = {
  /** False when there is no such mail, or it has not failed. @throws AppError UNAVAILABLE when the mailer does not answer. */
  sendAgain(identity: Identity, mailId: string): Promise<boolean>;
};

/** The mailer, which alone writes its notes. `url` without a path. */
export function createMailerClient(options: { url: string; secret: string; answersWithinMs: number }): MailerClient {
  return {
    async sendAgain(identity, mailId) {
      const response = await fetch(new URL(`/mails/${mailId}/send-again`, options.url), {
        method: 'POST',
        headers: { authorization: `Bearer ${signInternalToken(identity, options.secret)}` },
        signal: AbortSignal.timeout(options.answersWithinMs),
        redirect: 'error',
      }).catch((cause: unknown) => {
        throw new AppError('UNAVAILABLE', 'The mailer does not answer at the moment. Try again soon.', { cause });
      });
      await response.body?.cancel();
      if (response.ok) return true;
      if (response.status === 404) return false;
      throw new AppError('UNAVAILABLE', 'The mailer cannot do this at the moment. Try again soon.', {
        cause: new Error(`status ${response.status}`),
      });
    },
  };
}
