import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import saveFile from '../../../schema/operations/storefront/save-address.graphql';
import type { AccountQuery, SaveAddressMutation, SaveAddressMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { AddressFields } from '../../forms/address-fields.tsx';
import { type ChangedEntry, ChangedNotice } from '../../forms/changed-notice.tsx';
import { type AddressField, type AddressValues, addressFields, checkAddress, toAddressInput, toAddressValues } from '../../forms/checks.ts';
import { mergeEdits } from '../../forms/merge-edits.ts';
import { fromFailedRequest, fromUserError, sameNames } from '../../forms/submit-failure.ts';
import { useAddressTexts } from '../../forms/use-address-texts.ts';
import { useForm } from '../../forms/use-form.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { useMessages } from '../../messages/language.ts';
import { FoldedForm } from './folded-form.tsx';
import { accountMessages } from './messages.ts';

const SaveAddress = registered<SaveAddressMutation, SaveAddressMutationVariables>(saveFile);

export type SavedAddress = NonNullable<NonNullable<AccountQuery['me']>['addresses']>[number];

type Props = {
  /** Without it: a new one. */
  address?: SavedAddress;
  autoFocus?: boolean;
  onSaved(): void;
  onCancel(): void;
};

/** What is edited: the address as it was looked at last. */
type Edited = { readonly id: string; readonly expectedVersion: number; readonly values: AddressValues };

const toEdited = (address: SavedAddress): Edited => ({
  id: address.id,
  expectedVersion: address.version,
  values: toAddressValues(address),
});

const toInput = (values: AddressValues, edited: Edited | undefined) => ({
  ...toAddressInput(values),
  ...(edited ? { id: edited.id, expectedVersion: edited.expectedVersion } : {}),
});

/** A problem of the whole input: there is no room for one more. */
const isTooMany = (answer: SaveAddressMutation['saveAddress']): boolean =>
  answer.__typename === 'InvalidInput' && answer.problems.some(({ field }) => field === 'input');

export function AddressForm({ address, autoFocus = false, onSaved, onCancel }: Props) {
  const w = useMessages(accountMessages);
  const client = useClient();
  const textsOf = useAddressTexts();
  // as it was opened: an update that arrives meanwhile is not what the user saw
  const [edited, setEdited] = useState(() => address && toEdited(address));
  const [shown, setShown] = useState({ values: edited?.values, round: 0 });
  const [changed, setChanged] = useState<readonly ChangedEntry[] | null>(null);
  const show = (values: AddressValues) => setShown(({ round }) => ({ values, round: round + 1 }));

  /** From now on it is the address of now that is edited. */
  const meet = (before: AddressValues, mine: AddressValues, now: SavedAddress) => {
    const theirs = toEdited(now);
    const merged = mergeEdits(addressFields, { before, mine, theirs: theirs.values });
    const [was, is] = [textsOf(before), textsOf(theirs.values)];
    setEdited(theirs);
    show(merged.draft);
    setChanged(
      merged.changed.map(({ field, isMine }) => ({ label: is[field].label, before: was[field].text, theirs: is[field].text, isMine })),
    );
  };
  const form = useForm<AddressField, 'gone' | 'tooMany'>({
    fields: addressFields,
    check: checkAddress,
    asksBeforeLeaving: true,
    async send(values) {
      const sent = await send(client, SaveAddress, { input: toInput(values, edited) });
      if (!sent.ok) return fromFailedRequest(sent);
      const answer = sent.data.saveAddress;
      if (answer.__typename === 'AddressChanged' && edited) {
        meet(edited.values, values, answer.address);
        return {};
      }
      if (answer.__typename === 'AddressNotFound') return { trouble: { kind: 'because', reason: 'gone' } };
      if (isTooMany(answer)) return { trouble: { kind: 'because', reason: 'tooMany' } };
      if (answer.__typename !== 'SaveAddressSuccess') return fromUserError(answer, sameNames(addressFields));
      onSaved();
      return null;
    },
  });
  const { element } = form;
  useEffect(() => {
    if (autoFocus) element.current?.querySelector('input')?.focus();
  }, [autoFocus, element]);
  const takeTheirs = () => {
    if (edited) show(edited.values);
    setChanged(null);
  };
  return (
    <FoldedForm of={form} label={w.saveAddress} because={{ gone: w.addressGone, tooMany: w.tooManyAddresses }} onCancel={onCancel}>
      {changed && <ChangedNotice lead={w.addressChanged} entries={changed} onTakeTheirs={takeTheirs} />}
      <AddressFields key={shown.round} problems={form.problems} initial={shown.values} />
    </FoldedForm>
  );
}
