import type { DeclineCode, PaymentMethod } from './provider.ts';

/** A card, and what the simulated provider does with it. */
export type TestCard = PaymentMethod & {
  readonly declines?: DeclineCode;
  /** It is charged only after some seconds. */
  readonly isSlow?: boolean;
  /** It is charged at once, but without an answer: the call never ends. A later query has the result. */
  readonly losesAnswer?: boolean;
  /** It is charged at once, but for a good while the provider answers nothing about it, whatever it is asked. */
  readonly isSilent?: boolean;
  readonly failsFirstRefund?: boolean;
};

export const testCards: readonly TestCard[] = [
  { id: 'card-ok', label: 'Visa ending in 4242', behaviour: 'Is charged at once.' },
  {
    id: 'card-declined',
    label: 'Visa ending in 0002',
    behaviour: 'Is declined by its bank: the order is cancelled and the stock goes back.',
    declines: 'CARD_DECLINED',
  },
  {
    id: 'card-insufficient-funds',
    label: 'Mastercard ending in 9995',
    behaviour: 'Is declined because there is not enough money on it.',
    declines: 'INSUFFICIENT_FUNDS',
  },
  {
    id: 'card-slow',
    label: 'Maestro ending in 3000',
    behaviour: 'Is charged after three seconds: time to cancel the order meanwhile.',
    isSlow: true,
  },
  {
    id: 'card-answer-lost',
    label: 'Mastercard ending in 4444',
    behaviour: 'Is charged, but the answer gets lost: the shop asks again and charges once.',
    losesAnswer: true,
  },
  {
    id: 'card-silent',
    label: 'Visa ending in 0404',
    behaviour: 'Is charged, but the provider is silent until the order has been cancelled: the money goes back.',
    isSilent: true,
  },
  {
    id: 'card-refund-fails-once',
    label: 'Visa ending in 5126',
    behaviour: 'Is charged at once; a refund fails the first time, and succeeds when it is tried again.',
    failsFirstRefund: true,
  },
];

export const declineMessages: Readonly<Record<DeclineCode, string>> = {
  CARD_DECLINED: 'The bank declined the card. Try another one.',
  INSUFFICIENT_FUNDS: 'There is not enough money on the card. Try another one.',
};
