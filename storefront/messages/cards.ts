import { inLanguages, useMessages } from './language.ts';

const cardNames = inLanguages<Readonly<Record<string, string>>>(
  {
    'card-ok': 'Visa ending in 4242',
    'card-declined': 'Visa ending in 0002',
    'card-insufficient-funds': 'Mastercard ending in 9995',
    'card-slow': 'Maestro ending in 3000',
    'card-answer-lost': 'Mastercard ending in 4444',
    'card-silent': 'Visa ending in 0404',
    'card-refund-fails-once': 'Visa ending in 5126',
  },
  {
    'card-ok': 'Visa số cuối 4242',
    'card-declined': 'Visa số cuối 0002',
    'card-insufficient-funds': 'Mastercard số cuối 9995',
    'card-slow': 'Maestro số cuối 3000',
    'card-answer-lost': 'Mastercard số cuối 4444',
    'card-silent': 'Visa số cuối 0404',
    'card-refund-fails-once': 'Visa số cuối 5126',
  },
);

/** What a way to pay is called in the language of the visitor; one that is not known here is called as the shop does. */
export function useCardName(): (method: { readonly id: string; readonly label: string }) => string {
  const names = useMessages(cardNames);
  return ({ id, label }) => names[id] ?? label;
}
