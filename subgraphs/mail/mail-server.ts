import { createTransport } from 'nodemailer';
import type { WrittenLetter } from './letter.ts';

/**
 * What a mail server made of a mail. About this mail or its address: `rejected` for good, to be tried `later`, or `interrupted` in the middle of its
 * conversation, for which it is unknown whether the mail or the server was the cause. `away` is about the server, whatever the mail.
 */
export type Delivery =
  | { readonly result: 'accepted' }
  | { readonly result: 'rejected' | 'later' | 'interrupted' | 'away'; readonly reason: string };

export type MailServer = {
  /** Never rejects. A mail that is `cut` while it is under way is to be tried later. */
  deliver(mail: WrittenLetter & { to: string; messageId: string }, cut?: AbortSignal): Promise<Delivery>;
  close(): void;
};

export type Sender = { readonly name: string; readonly address: string };

/** Longer than any of nodemailer's own time-outs: for a server that sends a byte now and then. */
const deliveryMayTakeMs = 25_000;

/**
 * A mail server, by SMTP (RFC 5321), over at most `atOnce` connections that are kept. Nothing connects before the first mail. One that is silent for
 * `silentMs` is not waited for any more.
 */
export function openMailServer(url: string, from: Sender, atOnce: number, silentMs = 10_000): MailServer {
  const transport = openTransport(url, atOnce, silentMs);
  return {
    async deliver({ to, messageId, subject, text, html }, cut) {
      if (!isPlainAddress(to)) return { result: 'rejected', reason: 'This is not an address that mail can go to.' };
      // ends this connection and no other, so that the mail is not delivered after all beside another attempt
      const signal = AbortSignal.any([AbortSignal.timeout(deliveryMayTakeMs), ...(cut ? [cut] : [])]);
      const sent = transport.sendMail({
        from: { ...from },
        // as an object: a text would be read as a list of addresses
        to: { name: '', address: to },
        messageId: `<${messageId}@${from.address.split('@').at(-1)}>`,
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal,
      });
      return sent.then(
        () => ({ result: 'accepted' }),
        (error: SmtpError) => (signal.aborted ? { result: 'later', reason: 'The mail server took too long.' } : toDelivery(error)),
      );
    },
    close: () => transport.close({ force: true }),
  };
}

function openTransport(url: string, atOnce: number, silentMs: number) {
  return createTransport({
    url,
    pool: true,
    maxConnections: atOnce,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: silentMs,
    dnsTimeout: 5000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Only what one address is made of: no list, no name, no line break. */
function isPlainAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s\p{Cc}@<>,;:"()[\]\\]+@[^\s\p{Cc}@<>,;:"()[\]\\]+$/u.test(text);
}

type SmtpError = { message?: unknown; code?: unknown; command?: unknown; responseCode?: unknown; response?: unknown };

/**
 * Said to any command, and true of every mail: a command that is not implemented or out of turn (RFC 5321, section 4.2.2; 503 is also said where a
 * log-in is wanted first), and that authentication or encryption is required (RFC 4954, section 6).
 */
const isAboutServer: ReadonlySet<number> = new Set([502, 503, 504, 530, 538]);

/** What an error of nodemailer means. About the mail is an answer to this recipient or this text, and a silence after the greeting. */
export function toDelivery(error: SmtpError): Delivery {
  const reason = String(error.message ?? error).slice(0, 500);
  const code = typeof error.responseCode === 'number' ? error.responseCode : 0;
  // what nodemailer calls the silence of a server that has greeted; one that has not is reported otherwise
  if (error.code === 'ETIMEDOUT' && error.message === 'Timeout') return { result: 'later', reason: 'The mail server stopped responding.' };
  if (isInterruption(error)) return { result: 'interrupted', reason };
  const isAboutMail = (error.code === 'EENVELOPE' && error.command !== 'MAIL FROM') || error.code === 'EMESSAGE';
  if (!isAboutMail || isAboutServer.has(code)) return { result: 'away', reason };
  // without an answer it was nodemailer that would not send it; an answer without a number, or with one that SMTP has not, is none that ends a mail
  const isForGood = code === 0 ? error.response === undefined : code >= 500 && code < 600;
  return { result: isForGood ? 'rejected' : 'later', reason };
}

/** The connection was there, and the server had greeted: for one that closes earlier nodemailer has other messages. */
function isInterruption({ code, message }: SmtpError): boolean {
  if (code === 'ECONNECTION') return message === 'Connection closed unexpectedly';
  if (code === 'EPROTOCOL') return message === 'Unexpected Response' || message === 'Server response exceeds maximum allowed size';
  return code === 'ESOCKET' && /\b(ECONNRESET|EPIPE)\b/.test(String(message));
}
