import { useEffect } from 'react';
import { useClient } from 'urql';
import saveFile from '../../../schema/operations/storefront/save-address.graphql';
import type { AccountQuery, SaveAddressMutation, SaveAddressMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { AddressFields } from '../../forms/address-fields.tsx';
import { type AddressField, addressFields, checkAddress, toAddressInput, toAddressValues } from '../../forms/checks.ts';
import { refusedAtAll, refusedByShop, sameNames } from '../../forms/refusals.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useWords } from '../../words/language.ts';
import { FoldedForm } from './folded-form.tsx';
import { accountWords } from './words.ts';

const SaveAddress = registered<SaveAddressMutation, SaveAddressMutationVariables>(saveFile);

export type SavedAddress = NonNullable<NonNullable<AccountQuery['me']>['addresses']>[number];

type Props = {
  /** Without it: a new one. */
  address?: SavedAddress;
  autoFocus?: boolean;
  onSaved(): void;
  onCancel(): void;
};

export function AddressForm({ address, autoFocus = false, onSaved, onCancel }: Props) {
  const w = useWords(accountWords);
  const client = useClient();
  const form = useForm<AddressField, 'gone' | 'tooMany'>({
    fields: addressFields,
    check: checkAddress,
    asksBeforeLeaving: true,
    async send(values) {
      const place = toAddressInput(values);
      const sent = await send(client, SaveAddress, { input: address ? { ...place, id: address.id } : place });
      if (!sent.ok) return refusedAtAll(sent);
      const answer = sent.data.saveAddress;
      if (answer.__typename === 'AddressNotFound') return { trouble: { kind: 'because', reason: 'gone' } };
      if (answer.__typename === 'InvalidInput' && answer.problems.some(({ field }) => field === 'input')) {
        return { trouble: { kind: 'because', reason: 'tooMany' } };
      }
      if (answer.__typename !== 'SaveAddressSuccess') return refusedByShop(answer, sameNames(addressFields));
      onSaved();
      return null;
    },
  });
  const { element } = form;
  useEffect(() => {
    if (autoFocus) element.current?.querySelector('input')?.focus();
  }, [autoFocus, element]);
  return (
    <FoldedForm of={form} label={w.saveAddress} because={{ gone: w.addressGone, tooMany: w.tooManyAddresses }} onCancel={onCancel}>
      <AddressFields problems={form.problems} initial={address && toAddressValues(address)} />
    </FoldedForm>
  );
}
