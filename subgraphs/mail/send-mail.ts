import { contracts } from '#kafka/contracts.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Seal } from '#platform/sealed-text.ts';
import type { WrittenLetter } from './letter.ts';
import { type Addressee, composeLetter, holdsKey } from './letters.ts';
import type { Delivery, MailServer } from './mail-server.ts';
import { type DueMail, noteEnded, notePostponed, noteSent } from './mails.ts';

const hourMs = 60 * 60 * 1000;

/** How long a mail waits for its next attempt; each pause doubles with every one. */
export type Pauses = {
  /** While the mail server is away: at first, and at most. After an interruption: at first; at most an hour. */
  readonly awayFirstMs: number;
  readonly awayLongestMs: number;
  /** After the server wanted it later, or did not answer; at most an hour. */
  readonly refusedMs: number;
};

/** The outcome of one attempt: `away` means that the mail server accepts nothing at the moment. */
export type Attempt = { readonly outcome: 'done' } | { readonly outcome: 'away'; readonly reason: string };

/** Makes one attempt at a mail that this process holds, until `cut`, and writes down what became of it. Rejects only for the database. */
export function createMailSending(deps: {
  database: Database;
  mailServer: MailServer;
  shopUrl: string;
  seal: Pick<Seal, 'open'>;
  signLink: Addressee['signLink'];
  pauses: Pauses;
  /** Runs what must be written down, until the database takes it. */
  insist(note: () => Promise<void>): Promise<void>;
  logger: Logger;
}) {
  const { database, mailServer, shopUrl, seal, signLink, pauses, insist, logger } = deps;

  return async function sendMail(mail: DueMail, cut: AbortSignal): Promise<Attempt> {
    const { email, username } = mail;
    if (email === null || username === null) return end(mail, 'SKIPPED', 'The account is closed.');
    if (isExpired(mail)) return end(mail, 'SKIPPED', 'The link had expired before it could be sent.');
    const letter = compose(mail, username);
    if (letter === null) return end(mail, 'FAILED', 'The letter could not be written.');
    const delivery = await mailServer.deliver({ ...letter, to: email, messageId: mail.messageId }, cut);
    return note(mail, email, letter, delivery);
  };

  async function note(mail: DueMail, email: string, letter: WrittenLetter, delivery: Delivery): Promise<Attempt> {
    if (delivery.result === 'accepted') return noteAccepted(mail, email, letter);
    const { result, reason } = delivery;
    if (result === 'rejected') return fail(mail, reason);
    if (mail.isLastAttempt) return fail(mail, `Tried for a day. ${reason}`);
    const firstMs = result === 'later' ? pauses.refusedMs : pauses.awayFirstMs;
    const longestMs = result === 'away' ? pauses.awayLongestMs : hourMs;
    await notePostponed(database, mail.id, doubled(firstMs, mail, longestMs), reason);
    return result === 'away' ? { outcome: 'away', reason } : { outcome: 'done' };
  }

  function fail(mail: DueMail, reason: string): Promise<Attempt> {
    logger.error({ mailId: mail.id, kind: mail.kind }, 'a mail has failed');
    return end(mail, 'FAILED', reason);
  }

  async function noteAccepted(mail: DueMail, recipient: string, { subject, text, html }: WrittenLetter): Promise<Attempt> {
    // a link that is a key: no copy of it is kept
    const body = holdsKey.has(mail.kind) ? { text: null, html: null } : { text, html };
    await insist(() => noteSent(database, { id: mail.id, recipient, subject, ...body }));
    return { outcome: 'done' };
  }

  async function end(mail: DueMail, status: 'SKIPPED' | 'FAILED', reason: string): Promise<Attempt> {
    await noteEnded(database, mail.id, status, reason);
    return { outcome: 'done' };
  }

  /** Null for data that this version of the program cannot read: one such mail must not hold up the others. */
  function compose(mail: DueMail, username: string): WrittenLetter | null {
    try {
      return composeLetter(mail.kind, mail.data, { username, shopUrl, seal, signLink });
    } catch (error) {
      logger.error({ error, mailId: mail.id, kind: mail.kind }, 'a letter could not be written');
      return null;
    }
  }
}

function doubled(firstMs: number, { attempts }: DueMail, longestMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempts - 1, 20), longestMs);
}

function isExpired({ kind, data }: DueMail): boolean {
  if (kind !== 'PASSWORD_RESET') return false;
  const parsed = contracts['user.password-reset-issued'].data.safeParse(data);
  return parsed.success && new Date(parsed.data.expiresAt).getTime() <= Date.now();
}
