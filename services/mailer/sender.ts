import { setTimeout as sleep } from 'node:timers/promises';
import { createBell } from '#kafka/bell.ts';
import type { Database } from '#platform/database.ts';
import type { Logger } from '#platform/logger.ts';
import type { MailServer } from './mail-server.ts';
import { takeDue } from './mails.ts';
import { releaseAllWaiting } from './recipients.ts';
import { createMailSending, type Pauses } from './send-mail.ts';

export type SenderOptions = {
  database: Database;
  mailServer: MailServer;
  /** The address of the shop for links, without a slash at its end. */
  shopUrl: string;
  logger: Logger;
  pauses?: Pauses & {
    /** How often it looks for mails that are due without being woken. */
    readonly sweepMs: number;
  };
};

export type MailSender = {
  /** After a commit that queued something. */
  wake(): void;
  /** Ends what is under way, within two seconds or so, and closes the mail server. */
  stop(): Promise<void>;
};

const atOnce = 6;
/** Longer than a delivery may take: a mail is in one pair of hands at a time, also with several mailers. */
const leaseMs = 30_000;
const stopWithinMs = 2000;
const defaultPauses = { awayFirstMs: 500, awayLongestMs: 10_000, refusedMs: 60_000, sweepMs: 2000 };

/**
 * Sends what is queued, for as long as it takes: while the mail server or the database are away, mails wait.
 *
 * Up to the queue each fact makes its mail exactly once. The step to the mail server cannot be: SMTP has no way to ask whether a mail
 * was taken. A mail is sent a second time when this process dies, or the connection breaks, after the server took the mail (its answer
 * to the end of DATA) and before that is written down here. Never to send twice would mean to lose such a mail now and then; for a
 * receipt that is worse. A second copy has the same Message-ID, by which servers and inboxes that care recognise it.
 */
export function startSender(options: SenderOptions): MailSender {
  const { database, mailServer, logger, pauses = defaultPauses } = options;
  const bell = createBell();
  const stopping = new AbortController();
  const sendMail = createMailSending({ ...options, pauses, insist });
  let awayMs = 0;
  let isDatabaseAway = false;
  const working = work();

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) await round().catch(waitForDatabase);
  }

  async function round(): Promise<void> {
    await releaseAllWaiting(database);
    const mails = await takeDue(database, atOnce, leaseMs);
    const attempts = await Promise.all(mails.map(sendMail));
    // a server that takes some of them is there: what is wrong with the others is their own
    const [away] = attempts.every((attempt) => attempt.outcome === 'away') ? attempts : [];
    if (away?.outcome === 'away') return pauseWhileAway(away.reason);
    if (mails.length > 0) awayMs = 0;
    isDatabaseAway = false;
    if (mails.length < atOnce) await bell.wait(pauses.sweepMs);
  }

  async function pauseWhileAway(reason: string): Promise<void> {
    if (awayMs === 0) logger.warn({ reason }, 'the mail server is away; mails wait');
    awayMs = Math.min(Math.max(awayMs * 2, pauses.awayFirstMs), pauses.awayLongestMs);
    await pause(awayMs);
  }

  async function waitForDatabase(error: unknown): Promise<void> {
    if (stopping.signal.aborted) return;
    if (!isDatabaseAway) logger.warn({ reason: error instanceof Error ? error.message : String(error) }, 'mails wait for the database');
    isDatabaseAway = true;
    await pause(1000);
  }

  /** What the mail server took must be written down, or it is sent again: waits for a database that is away. */
  async function insist(note: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await note();
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        await pause(200);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  return {
    wake: bell.ring,
    async stop() {
      stopping.abort();
      bell.ring();
      // a mail server that does not answer is not waited for: what it has not taken is sent by the next process
      const giveUp = setTimeout(() => mailServer.close(), stopWithinMs);
      await working;
      clearTimeout(giveUp);
      mailServer.close();
    },
  };
}
