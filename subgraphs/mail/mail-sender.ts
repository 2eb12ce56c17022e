import { SpanKind, type Tracer } from '@opentelemetry/api';
import { pause, reasonOf } from '#platform/async/retry.ts';
import { createWakeSignal } from '#platform/async/wake-signal.ts';
import type { Logger } from '#platform/logger.ts';
import type { Database } from '#platform/postgres/database.ts';
import type { Seal } from '#platform/sealed-text.ts';
import { inEntrySpan } from '#platform/tracing/spans.ts';
import type { Addressee } from './letters.ts';
import type { MailServer } from './mail-server.ts';
import { type DueMail, takeDue, type Wanted } from './mails.ts';
import { releaseAllWaiting } from './recipients.ts';
import { type Attempt, createMailSending, type Pauses } from './send-mail.ts';

type SenderPauses = Pauses & {
  /** How often it looks for mails that are due without being woken. */
  readonly sweepMs: number;
  /** After which a mail under way makes room for others. */
  readonly slowAfterMs: number;
};

export type SenderOptions = {
  database: Database;
  mailServer: MailServer;
  /** The address of the shop for links, without a slash at its end. */
  shopUrl: string;
  /** Opens what is for mail alone. */
  seal: Pick<Seal, 'open'>;
  signLink: Addressee['signLink'];
  /** Null when nothing is recorded. */
  tracer?: Tracer | null;
  logger: Logger;
  pauses?: SenderPauses;
};

/*
 * A recipient's host that does not respond must not delay mail to others. What an MTA does about it (Postfix, QSHAPE_README and TUNING_README):
 * it limits the concurrency of each destination, it gives mail that was deferred a share of what is active, and slow destinations a transport
 * of their own. Here a mail is slow once its attempt has lasted `slowAfterMs`: from then on it counts among the slow ones, and its place, also
 * that of its domain, is for the next. Where there are too many slow ones the oldest is cut off, and tried again like any that took too long.
 */

/** Mails under way at the same time that are not slow. */
const mostUnderWay = 20;
/** Of them to the hosts of one domain, which are likely to be slow together … */
const mostPerDomain = 4;
/** … and such as were tried before, which are likely to be slow again. */
const mostRetries = 6;
const mostSlow = 28;
/** A mail server takes some 50 of one client (Postfix, smtpd_client_connection_count_limit). */
export const mostConnections = mostUnderWay + mostSlow;
/** So many in a row: nothing would be gained by trying the others now. */
const mostAway = 3;
/** Longer than a delivery may take: a mail is in one pair of hands at a time, also with several processes. */
const leaseMs = 30_000;
const stopWithinMs = 2000;
const defaultPauses = { awayFirstMs: 500, awayLongestMs: 10_000, refusedMs: 60_000, sweepMs: 2000, slowAfterMs: 1000 };

/**
 * Sends what is queued, for as long as it takes: while the mail server or the database are away, mails wait.
 *
 * Up to the queue each event makes its mail exactly once. The step to the mail server cannot be: SMTP has no way to ask whether a mail
 * was taken. A mail is sent a second time when this process dies, or the connection breaks, after the server took the mail (its answer
 * to the end of DATA) and before that is written down here. Never to send twice would mean to lose such a mail now and then; for a
 * receipt that is worse. A second copy has the same Message-ID, by which servers and inboxes that care recognise it.
 */
export class MailSender {
  readonly #database: Database;
  readonly #mailServer: MailServer;
  readonly #logger: Logger;
  readonly #tracer: Tracer | null;
  readonly #pauses: SenderPauses;
  readonly #sendMail: (mail: DueMail, cut: AbortSignal) => Promise<Attempt>;
  readonly #wakeSignal = createWakeSignal();
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<DueMail, Promise<void>>();
  /** Of those under way, the one that has been slow for longest first. */
  readonly #slow = new Map<DueMail, AbortController>();
  #working: Promise<void> = Promise.resolve();
  #awayInARow = 0;
  #awayMs = 0;
  #isDatabaseAway = false;
  #releaseAt = 0;

  constructor(options: SenderOptions) {
    const { database, mailServer, logger, tracer = null, pauses = defaultPauses } = options;
    this.#database = database;
    this.#mailServer = mailServer;
    this.#logger = logger;
    this.#tracer = tracer;
    this.#pauses = pauses;
    this.#sendMail = createMailSending({ ...options, pauses, insist: (note) => this.#insist(note) });
  }

  start(): void {
    this.#working = this.#work();
  }

  /** After a commit that queued something. */
  wake(): void {
    this.#wakeSignal.ring();
  }

  /** Ends what is under way, within two seconds or so, and closes the mail server. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    // a mail server that does not answer is not waited for: what it has not taken is sent by the next process
    const giveUp = setTimeout(() => this.#mailServer.close(), stopWithinMs);
    await this.#working;
    clearTimeout(giveUp);
    this.#mailServer.close();
  }

  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) await this.#round().catch((error: unknown) => this.#waitForDatabase(error));
    await Promise.all(this.#underWay.values());
  }

  async #round(): Promise<void> {
    if (this.#awayInARow >= mostAway) await this.#pauseWhileAway();
    await this.#releaseWaitingNowAndThen();
    const mails = this.#underWay.size - this.#slow.size < mostUnderWay ? await takeDue(this.#database, this.#wanted()) : [];
    this.#isDatabaseAway = false;
    for (const mail of mails) this.#hold(mail);
    if (mails.length === 0) await this.#wakeSignal.wait(this.#pauses.sweepMs);
  }

  /** Only what two processes handled at the same moment still waits, so this need not be asked with each mail. */
  async #releaseWaitingNowAndThen(): Promise<void> {
    if (performance.now() < this.#releaseAt) return;
    await releaseAllWaiting(this.#database);
    this.#releaseAt = performance.now() + this.#pauses.sweepMs;
  }

  /** What fits beside what is under way and not slow. While the server is away, one is enough to see whether it is back. */
  #wanted(): Wanted {
    const mails = [...this.#underWay.keys()].filter((mail) => !this.#slow.has(mail));
    const domains = Map.groupBy(mails, ({ email }) => domainOf(email));
    return {
      limit: this.#awayInARow >= mostAway ? 1 : mostUnderWay - mails.length,
      perDomain: mostPerDomain,
      exceptDomains: [...domains].filter(([, those]) => those.length >= mostPerDomain).map(([domain]) => domain),
      retries: mails.filter(({ attempts }) => attempts > 1).length < mostRetries,
      leaseMs,
    };
  }

  #hold(mail: DueMail): void {
    const cut = new AbortController();
    const timer = setTimeout(() => this.#noteSlow(mail, cut), this.#pauses.slowAfterMs);
    const entry = {
      kind: SpanKind.CLIENT,
      traceparent: mail.traceparent ?? undefined,
      attributes: { 'peer.service': 'mail server', 'mail.kind': mail.kind, 'mail.attempt': mail.attempts },
    };
    const sending = inEntrySpan(this.#tracer, 'send mail', entry, () => this.#sendMail(mail, cut.signal))
      .then(
        (attempt) => this.#noteAway(attempt),
        (error: unknown) => this.#waitForDatabase(error),
      )
      .finally(() => {
        clearTimeout(timer);
        this.#underWay.delete(mail);
        this.#slow.delete(mail);
        this.wake();
      });
    this.#underWay.set(mail, sending);
  }

  #noteSlow(mail: DueMail, cut: AbortController): void {
    this.#slow.set(mail, cut);
    // those that are cut off stay until their attempt has ended
    const waiting = [...this.#slow.values()].filter(({ signal }) => !signal.aborted);
    for (const oldest of waiting.slice(0, Math.max(waiting.length - mostSlow, 0))) oldest.abort();
    this.wake();
  }

  #noteAway(attempt: Attempt): void {
    if (attempt.outcome === 'away') {
      this.#awayInARow += 1;
      if (this.#awayInARow === mostAway) this.#logger.warn({ reason: attempt.reason }, 'the mail server is away; mails wait');
      return;
    }
    this.#awayInARow = 0;
    this.#awayMs = 0;
  }

  async #pauseWhileAway(): Promise<void> {
    this.#awayMs = Math.min(Math.max(this.#awayMs * 2, this.#pauses.awayFirstMs), this.#pauses.awayLongestMs);
    await pause(this.#awayMs, this.#stopping.signal);
  }

  async #waitForDatabase(error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    if (!this.#isDatabaseAway) this.#logger.warn({ reason: reasonOf(error) }, 'mails wait for the database');
    this.#isDatabaseAway = true;
    await pause(1000, this.#stopping.signal);
  }

  /** What the mail server took must be written down, or it is sent again: waits for a database that is away. */
  async #insist(note: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await note();
      } catch (error) {
        if (this.#stopping.signal.aborted) throw error;
        await pause(200, this.#stopping.signal);
      }
    }
  }
}

function domainOf(email: string | null): string {
  return (email ?? '').split('@').at(-1)?.toLowerCase() ?? '';
}
