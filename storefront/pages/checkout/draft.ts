import { type AddressField, addressFields, type Values } from '../../forms/checks.ts';
import { traces } from '../../traces.ts';

/** The fields of the checkout: an address, which of the known ones instead (`other` for none), whether to keep it, and how to pay. */
export const checkoutFields = [...addressFields, 'choice', 'remember', 'method'] as const;
export type CheckoutField = AddressField | 'choice' | 'remember' | 'method';
export type CheckoutValues = Values<CheckoutField>;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;
const name = traces.draft;

/** The entries of the checkout form, kept over a reload for the same user only. */
export function createDraft(storage: Storage, userId: string) {
  return {
    read(): Partial<CheckoutValues> {
      try {
        const kept: unknown = JSON.parse(storage.getItem(name) ?? 'null');
        if (!isRecord(kept) || kept['userId'] !== userId || !isRecord(kept['values'])) return {};
        const { values } = kept;
        return Object.fromEntries(
          checkoutFields.filter((field) => typeof values[field] === 'string').map((field) => [field, values[field]]),
        );
      } catch {
        return {};
      }
    },
    keep: (values: CheckoutValues) => storage.setItem(name, JSON.stringify({ userId, values })),
    forget: () => storage.removeItem(name),
  };
}

export type Draft = ReturnType<typeof createDraft>;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}
