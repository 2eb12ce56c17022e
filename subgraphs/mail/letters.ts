import { contracts, type EventData } from '#kafka/contracts.ts';
import { aboutReset } from '#kafka/sealed-data.ts';
import type { Seal } from '#platform/sealed-text.ts';
import { formatMoney, paidHow, refundedTo, whatFailed, whatOfTheMoney, whyCancelled } from './ended-orders.ts';
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
 * What a letter needs in addition to the data of its event. `shopUrl` has no slash at its end; `seal` opens what is for the letter alone; `signLink` gives the token of
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
  label: 'View order',
  url: `${shopUrl}/orders/${encodeURIComponent(orderId)}`,
});

function receipt({ orderId, number, lines, total, card, paidAt }: EventData<'order.paid'>, addressee: Addressee): Letter {
  const how = paidHow({ card, paidAt });
  return {
    subject: `Your receipt for order ${number}`,
    heading: 'Thank you for your order.',
    parts: [
      hello(addressee),
      paragraph(`This is your receipt for order ${number}. We will email you again when it ships.`),
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
    subject: `Your order ${number} has been cancelled`,
    heading: 'Your order has been cancelled.',
    parts: [
      hello(addressee),
      paragraph(`Order ${number} for ${formatMoney(total.amount)} has been cancelled. ${whyCancelled(order)}`),
      ...failedLines.map((line) => paragraph(whatFailed(order.reason, line))),
      paragraph(whatOfTheMoney(order)),
      lookAtOrder(orderId, addressee),
    ],
  };
}

function shipped({ orderId, number }: EventData<'order.shipped'>, addressee: Addressee): Letter {
  return {
    subject: `Your order ${number} has shipped`,
    heading: 'Your order has shipped.',
    parts: [hello(addressee), paragraph(`Order ${number} is on its way to you.`), lookAtOrder(orderId, addressee)],
  };
}

function refunded({ orderId, number, total, card, paidAt }: EventData<'order.refunded'>, addressee: Addressee): Letter {
  const sum = formatMoney(total.amount);
  const how = paidHow({ card, paidAt });
  return {
    subject: `Your refund for order ${number}`,
    heading: 'Your refund is on its way.',
    parts: [
      hello(addressee),
      paragraph(
        how === ''
          ? `We are refunding order ${number} in full: ${sum} to the card you paid with.`
          : `We are refunding order ${number} in full: ${sum}, paid ${how}, will be returned to ${refundedTo({ card })}.`,
      ),
      lookAtOrder(orderId, addressee),
    ],
  };
}

type Claim = { readonly userId: string; readonly email: string; readonly addressMail?: string | undefined };

function confirmation(claim: Claim, { shopUrl, signLink }: Addressee): Part[] {
  if (claim.addressMail !== 'link') return [];
  return [
    paragraph('Please confirm your email address. You can then log in with it; until then, use your username.'),
    { kind: 'button', label: 'Confirm address', url: `${shopUrl}/confirm-email?token=${encodeURIComponent(signLink(claim))}` },
  ];
}

function welcome(claim: Claim, addressee: Addressee): Letter {
  return {
    subject: 'Welcome to Marigold',
    heading: 'Welcome to Marigold.',
    parts: [
      hello(addressee),
      paragraph('Your account has been created. Discover our teas, ceramics, lanterns and textiles.'),
      ...confirmation(claim, addressee),
      { kind: 'button', label: 'Go to the shop', url: `${addressee.shopUrl}/` },
      paragraph(
        'If you did not create this account, do not confirm the address. An address that is not confirmed cannot be used to log in.',
      ),
    ],
  };
}

/** Has no greeting by name: the name was chosen by the person who entered the address. */
function addressInUse({ shopUrl }: Addressee): Letter {
  return {
    subject: 'You already have a Marigold account',
    heading: 'You already have an account.',
    parts: [
      paragraph(
        'Someone tried to create an account with this email address, or to change the address of an account to it. You already have an account with this address, and nothing about it has changed.',
      ),
      paragraph('If it was you, log in with this address. If you forgot your password, you can reset it.'),
      { kind: 'button', label: 'Log in', url: `${shopUrl}/log-in` },
      { kind: 'button', label: 'Reset password', url: `${shopUrl}/forgot-password` },
      paragraph('If it was not you, you do not need to do anything.'),
    ],
  };
}

function logInPaused({ failures, pauseSeconds }: EventData<'user.log-in-paused'>, addressee: Addressee): Letter {
  const minutes = Math.ceil(pauseSeconds / 60);
  return {
    subject: 'Suspicious login attempts on your account',
    heading: 'Suspicious login attempts.',
    parts: [
      hello(addressee),
      paragraph(
        `There were ${failures} failed login attempts on your account, from several places. New devices and locations now have to wait ${minutes} minutes between attempts. Where you logged in recently, you can log in as usual.`,
      ),
      paragraph(
        'None of the attempts succeeded. If you use this password elsewhere, or cannot log in, reset your password: this also ends the waiting time.',
      ),
      { kind: 'button', label: 'Reset password', url: `${addressee.shopUrl}/forgot-password` },
    ],
  };
}

function passwordReset({ userId, sealedToken, expiresAt }: EventData<'user.password-reset-issued'>, addressee: Addressee): Letter {
  const token = addressee.seal.open(sealedToken, aboutReset(userId, expiresAt));
  return {
    subject: 'Reset your password',
    heading: 'Reset your password.',
    parts: [
      hello(addressee),
      paragraph('We received a request to reset your password. The link works once, for one hour.'),
      { kind: 'button', label: 'Reset password', url: `${addressee.shopUrl}/reset-password?token=${encodeURIComponent(token)}` },
      paragraph('If you did not request this, you can ignore this email. Your password stays the same.'),
    ],
  };
}

function emailChanged(claim: Claim, addressee: Addressee): Letter {
  return {
    subject: 'Your new email address at Marigold',
    heading: 'Your email address has been changed.',
    parts: [
      hello(addressee),
      paragraph('We will now send emails to this address.'),
      ...(claim.addressMail === 'link' ? confirmation(claim, addressee) : [paragraph('You can log in with it.')]),
    ],
  };
}

function emailChangedNotice({ email }: EventData<'user.email-changed'>, addressee: Addressee): Letter {
  return {
    subject: 'Your email address at Marigold was changed',
    heading: 'Your email address was changed.',
    parts: [
      hello(addressee),
      paragraph(`The email address of your account is now ${email}. This is the last email to your old address.`),
      paragraph('If this was not you, reply to this email and we will help you recover your account.'),
    ],
  };
}
