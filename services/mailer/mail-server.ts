import { createTransport } from 'nodemailer';
import type { WrittenLetter } from './letter.ts';

/** What a mail server made of a mail. `rejected` is about this mail or its address; `away` is about the server, whatever the mail. */
export type Delivery = { readonly result: 'accepted' } | { readonly result: 'rejected' | 'later' | 'away'; readonly reason: string };

export type MailServer = {
  /** Never rejects. */
  deliver(mail: WrittenLetter & { to: string; messageId: string }): Promise<Delivery>;
  close(): void;
};

export type Sender = { readonly name: string; readonly address: string };

const atOnce = 3;
/** Longer than any of nodemailer's own time-outs: for a server that sends a byte now and then. */
const deliveryMayTakeMs = 25_000;

/** A mail server, by SMTP (RFC 5321), over a few connections that are kept. Nothing connects before the first mail. */
export function openMailServer(url: string, from: Sender): MailServer {
  let transport = openTransport(url);
  return {
    async deliver({ to, messageId, subject, text, html }) {
      if (!isPlainAddress(to)) return { result: 'rejected', reason: 'This is not an address that mail can go to.' };
      const sent = transport
        .sendMail({
          from: { ...from },
          // as an object: a text would be read as a list of addresses
          to: { name: '', address: to },
          messageId: `<${messageId}@${from.address.split('@').at(-1)}>`,
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        })
        .then((): Delivery => ({ result: 'accepted' }), toDelivery);
      const delivery = await within(deliveryMayTakeMs, sent);
      if (delivery) return delivery;
      // ends the connections, so that the mail is not delivered after all while another attempt is made
      transport.close();
      transport = openTransport(url);
      return { result: 'away', reason: 'The mail server took too long.' };
    },
    close: () => transport.close(),
  };
}

function openTransport(url: string) {
  return createTransport({
    url,
    pool: true,
    maxConnections: atOnce,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 10_000,
    dnsTimeout: 5000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Only what one address is made of: no list, no name, no line break. */
function isPlainAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s\p{Cc}@<>,;:"()[\]\\]+@[^\s\p{Cc}@<>,;:"()[\]\\]+$/u.test(text);
}

type SmtpError = { message?: unknown; code?: unknown; command?: unknown; responseCode?: unknown };

/** What an error of nodemailer means. Only an answer to this recipient or this text is about the mail. */
export function toDelivery(error: SmtpError): Delivery {
  const reason = String(error.message ?? error).slice(0, 500);
  const code = typeof error.responseCode === 'number' ? error.responseCode : 0;
  const isAboutMail = (error.code === 'EENVELOPE' && error.command !== 'MAIL FROM') || error.code === 'EMESSAGE';
  // 421: the server is closing, whatever it was asked
  if (!isAboutMail || code === 421) return { result: 'away', reason };
  return { result: code >= 500 || code === 0 ? 'rejected' : 'later', reason };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
