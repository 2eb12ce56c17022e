import { contracts, type EventData } from '#kafka/contracts.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import type { Seal } from '#platform/sealed-text.ts';
import { formatMoney, paidHow, whatFailed, whatOfTheMoney, whyCancelled } from './ended-orders.ts';
import { type Letter, type Part, type WrittenLetter, writeLetter } from './letter.ts';

export const mailKinds = [
  'RECEIPT',
  'ORDER_CANCELLED',
  'ORDER_SHIPPED',
  'ORDER_REFUNDED',
  'WELCOME',
  'PASSWORD_RESET',
  'EMAIL_CHANGED',
  'EMAIL_CHANGED_NOTICE',
  'ADDRESS_IN_USE',
  'LOG_IN_PAUSED',
] as const;
export type MailKind = (typeof mailKinds)[number];

/**
 * What a letter needs beside the event it tells of. `shopUrl` has no slash at its end; `seal` opens what is for the letter alone; `signLink` gives the token of
 * a link that only this address gets.
 */
export type Addressee = {
  readonly username: string;
  readonly shopUrl: string;
  readonly seal: Pick<Seal, 'open'>;
  signLink(claim: { readonly userId: string; readonly email: string }): string;
};

/** Letters with a link that is a key: of what was sent no copy is kept. */
export const holdsKey: ReadonlySet<MailKind> = new Set(['PASSWORD_RESET', 'WELCOME', 'EMAIL_CHANGED']);

/** The letter of a kind about the data of its event. @throws ZodError when the data is of another event, and Error when it was sealed with another key. */
export function composeLetter(kind: MailKind, data: unknown, addressee: Addressee): WrittenLetter {
  return writeLetter(letters[kind](data, addressee));
}

const letters: Readonly<Record<MailKind, (data: unknown, addressee: Addressee) => Letter>> = {
  RECEIPT: (data, addressee) => receipt(contracts['order.paid'].data.parse(data), addressee),
  ORDER_CANCELLED: (data, addressee) => cancelled(contracts['order.cancelled'].data.parse(data), addressee),
  ORDER_SHIPPED: (data, addressee) => shipped(contracts['order.shipped'].data.parse(data), addressee),
  ORDER_REFUNDED: (data, addressee) => refunded(contracts['order.refunded'].data.parse(data), addressee),
  WELCOME: (data, addressee) => welcome(contracts['user.registered'].data.parse(data), addressee),
  PASSWORD_RESET: (data, addressee) => passwordReset(contracts['user.password-reset-issued'].data.parse(data), addressee),
  EMAIL_CHANGED: (data, addressee) => emailChanged(contracts['user.email-changed'].data.parse(data), addressee),
  EMAIL_CHANGED_NOTICE: (data, addressee) => emailChangedNotice(contracts['user.email-changed'].data.parse(data), addressee),
  ADDRESS_IN_USE: (_, addressee) => addressInUse(addressee),
  LOG_IN_PAUSED: (data, addressee) => logInPaused(contracts['user.log-in-paused'].data.parse(data), addressee),
};

const paragraph = (text: string): Part => ({ kind: 'paragraph', text });
const hello = ({ username }: Addressee) => paragraph(`Hello ${username},`);
const lookAtOrder = (orderId: string, { shopUrl }: Addressee): Part => ({
  kind: 'button',
  label: 'Look at the order',
  url: `${shopUrl}/orders/${encodeURIComponent(orderId)}`,
});

function receipt({ orderId, number, lines, total, card, paidAt }: EventData<'order.paid'>, addressee: Addressee): Letter {
  const how = paidHow({ card, paidAt });
  return {
    subject: `Your receipt for order ${number}`,
    heading: 'Thank you. Your order is paid.',
    parts: [
      hello(addressee),
      paragraph(`This is your receipt for order ${number}. We write again when the parcel leaves.`),
      {
        kind: 'lines',
        lines: lines.map(({ name, quantity, unitPrice }) => ({
          name,
          quantity,
          unitPrice: formatMoney(unitPrice.amount),
          price: formatMoney(unitPrice.amount * quantity),
        })),
        total: formatMoney(total.amount),
      },
      ...(how === '' ? [] : [paragraph(`Paid ${how}.`)]),
      lookAtOrder(orderId, addressee),
    ],
  };
}

function cancelled(order: EventData<'order.cancelled'>, addressee: Addressee): Letter {
  const { orderId, number, total, failedLines = [] } = order;
  return {
    subject: `Your order ${number} is cancelled`,
    heading: 'Your order is cancelled.',
    parts: [
      hello(addressee),
      paragraph(`Order ${number} over ${formatMoney(total.amount)} is cancelled. ${whyCancelled(order)}`),
      ...failedLines.map((line) => paragraph(whatFailed(order.reason, line))),
      paragraph(whatOfTheMoney(order)),
      lookAtOrder(orderId, addressee),
    ],
  };
}

function shipped({ orderId, number }: EventData<'order.shipped'>, addressee: Addressee): Letter {
  return {
    subject: `Your order ${number} is on its way`,
    heading: 'Your parcel has left.',
    parts: [hello(addressee), paragraph(`Order ${number} is on its way to you.`), lookAtOrder(orderId, addressee)],
  };
}

function refunded({ orderId, number, total, card, paidAt }: EventData<'order.refunded'>, addressee: Addressee): Letter {
  const sum = formatMoney(total.amount);
  const how = paidHow({ card, paidAt });
  return {
    subject: `Your refund for order ${number}`,
    heading: 'Your money is on its way back.',
    parts: [
      hello(addressee),
      paragraph(
        how === ''
          ? `We refund order ${number} in full: ${sum} go back to the card you paid with.`
          : `We refund order ${number} in full: ${sum}, which you paid ${how}, go back to that card.`,
      ),
      lookAtOrder(orderId, addressee),
    ],
  };
}

type Claim = { readonly userId: string; readonly email: string; readonly addressMail?: string | undefined };

function confirmation(claim: Claim, { shopUrl, signLink }: Addressee): Part[] {
  if (claim.addressMail !== 'link') return [];
  return [
    paragraph('Please confirm that this is your address. From then on you can log in with it, too; until then use your username.'),
    { kind: 'button', label: 'Confirm the address', url: `${shopUrl}/confirm-email?token=${encodeURIComponent(signLink(claim))}` },
  ];
}

function welcome(claim: Claim, addressee: Addressee): Letter {
  return {
    subject: 'Welcome to Marigold',
    heading: 'Welcome to Marigold.',
    parts: [
      hello(addressee),
      paragraph('Your account is open. Teas, ceramics, lanterns and textiles are waiting for you.'),
      ...confirmation(claim, addressee),
      { kind: 'button', label: 'Go to the shop', url: `${addressee.shopUrl}/` },
      paragraph('If it was not you who opened this account, do not confirm the address: without that nobody can log in with it.'),
    ],
  };
}

/** Without a name: whoever used the address chose that one. */
function addressInUse({ shopUrl }: Addressee): Letter {
  return {
    subject: 'You have an account at Marigold already',
    heading: 'You have an account already.',
    parts: [
      paragraph(
        'Somebody, perhaps you, opened an account with this address, or moved theirs to it. You have an account with it already, and it stays as it is.',
      ),
      paragraph('If it was you, log in with this address. If you forgot the password, you can set a new one.'),
      { kind: 'button', label: 'Log in', url: `${shopUrl}/log-in` },
      { kind: 'button', label: 'Set a new password', url: `${shopUrl}/forgot-password` },
      paragraph('If it was not you, there is nothing to do: nobody else can log in with your address.'),
    ],
  };
}

function logInPaused({ failures, pauseSeconds }: EventData<'user.log-in-paused'>, addressee: Addressee): Letter {
  const minutes = Math.ceil(pauseSeconds / 60);
  return {
    subject: 'Somebody tries to guess your password',
    heading: 'Somebody tries to guess your password.',
    parts: [
      hello(addressee),
      paragraph(
        `Your password was written wrong ${failures} times, from several places. So places that are new to your account have to wait ${minutes} minutes before each further try. Where you logged in lately you still can.`,
      ),
      paragraph(
        'Your password has held. If you use it elsewhere as well, or have to wait yourself, set a new one: that ends the waiting at once.',
      ),
      { kind: 'button', label: 'Set a new password', url: `${addressee.shopUrl}/forgot-password` },
    ],
  };
}

function passwordReset({ userId, sealedToken, expiresAt }: EventData<'user.password-reset-issued'>, addressee: Addressee): Letter {
  const token = addressee.seal.open(sealedToken, aboutReset(userId, expiresAt));
  return {
    subject: 'Set a new password',
    heading: 'Set a new password.',
    parts: [
      hello(addressee),
      paragraph('Somebody, we hope you, asked for a new password. The link works once, for one hour.'),
      { kind: 'button', label: 'Set a new password', url: `${addressee.shopUrl}/reset-password?token=${encodeURIComponent(token)}` },
      paragraph('If it was not you, there is nothing to do: your password stays as it is.'),
    ],
  };
}

function emailChanged(claim: Claim, addressee: Addressee): Letter {
  return {
    subject: 'This is your new address at Marigold',
    heading: 'Your address is changed.',
    parts: [
      hello(addressee),
      paragraph('From now on we write to you at this address.'),
      ...(claim.addressMail === 'link' ? confirmation(claim, addressee) : [paragraph('You can log in with it.')]),
    ],
  };
}

function emailChangedNotice({ email }: EventData<'user.email-changed'>, addressee: Addressee): Letter {
  return {
    subject: 'Your address at Marigold was changed',
    heading: 'Your address was changed.',
    parts: [
      hello(addressee),
      paragraph(`Your account has another e-mail address now: ${email}. This is the last mail to the old one.`),
      paragraph('If it was not you, answer this mail, and we will help you to get your account back.'),
    ],
  };
}
