import { useRef, useState } from 'react';
import { useClient } from 'urql';
import removeFile from '../../../schema/operations/storefront/remove-address.graphql';
import type { RemoveAddressMutation, RemoveAddressMutationVariables } from '../../../schema/operations/storefront.types.ts';
import { Button } from '../../design/button.tsx';
import { AddressLines } from '../../forms/address-lines.tsx';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import { fromFailedRequest, fromUserError, type Trouble } from '../../forms/submit-failure.ts';
import { registered } from '../../graph/registered.ts';
import { send } from '../../graph/send.ts';
import { commonMessages } from '../../messages/common.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './account.module.css';
import { AddressForm, type SavedAddress } from './address-form.tsx';
import { Fold } from './fold.tsx';
import { accountMessages } from './messages.ts';

const RemoveAddress = registered<RemoveAddressMutation, RemoveAddressMutationVariables>(removeFile);

export function Addresses({ addresses }: { addresses: readonly SavedAddress[] }) {
  const w = useMessages(accountMessages);
  const title = useRef<HTMLHeadingElement>(null);
  const [status, setStatus] = useState('');
  // a message about the last action ends when the next one begins
  const begin = () => setStatus('');
  // what had the focus is gone
  const settle = (sentence: string) => {
    setStatus(sentence);
    title.current?.focus();
  };
  return (
    <section className={styles['section']} aria-labelledby="addresses">
      <h2 id="addresses" ref={title} tabIndex={-1}>
        {w.addresses}
      </h2>
      <p className="quiet">{addresses.length === 0 ? w.noAddresses : w.addressesLead}</p>
      {addresses.length > 0 && (
        <ul className={styles['addresses']}>
          {addresses.map((address) => (
            <AddressCard key={address.id} address={address} onBegin={begin} onSettled={settle} />
          ))}
        </ul>
      )}
      <p role="status" className={status ? styles['status'] : undefined}>
        {status}
      </p>
      <Fold label={w.addAddress} onOpen={begin}>
        {(close) => (
          <AddressForm
            onSaved={() => {
              close();
              // one status line of the section shows the last action
              setStatus(w.addressSaved);
            }}
            onCancel={() => close()}
          />
        )}
      </Fold>
    </section>
  );
}

type CardProps = { address: SavedAddress; onSettled(status: string): void };

function AddressCard({ address, onBegin, onSettled }: CardProps & { onBegin(): void }) {
  const w = useMessages(accountMessages);
  const [mode, setMode] = useState<'shown' | 'changing' | 'removing'>('shown');
  const begin = (next: 'changing' | 'removing') => {
    setMode(next);
    onBegin();
  };
  const saved = () => {
    setMode('shown');
    onSettled(w.addressSaved);
  };
  if (mode === 'changing') {
    return (
      <li className={`${styles['address']} ${styles['wide']}`}>
        <AddressForm address={address} autoFocus onSaved={saved} onCancel={() => setMode('shown')} />
      </li>
    );
  }
  return (
    <li className={styles['address']}>
      <AddressLines place={address} />
      {mode === 'removing' ? (
        <Removing address={address} onSettled={onSettled} onCancel={() => setMode('shown')} />
      ) : (
        <div className={styles['buttons']}>
          <Button look="text" aria-label={w.changeThis(address.name)} onClick={() => begin('changing')}>
            {w.changeAddress}
          </Button>
          <Button look="text" aria-label={w.removeThis(address.name)} onClick={() => begin('removing')}>
            {w.removeAddress}
          </Button>
        </div>
      )}
    </li>
  );
}

function Removing({ address, onSettled, onCancel }: CardProps & { onCancel(): void }) {
  const w = useMessages(accountMessages);
  const { cancel } = useMessages(commonMessages);
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble<'changed'> | null>(null);
  // as it was when removal was requested: an update that arrives meanwhile is not what the user saw
  const [expectedVersion, setExpectedVersion] = useState(address.version);
  const remove = async () => {
    setBusy(true);
    const sent = await send(client, RemoveAddress, { input: { id: address.id, expectedVersion } });
    setBusy(false);
    if (!sent.ok) return setTrouble(fromFailedRequest(sent).trouble);
    const answer = sent.data.removeAddress;
    if (answer.__typename === 'AddressChanged') {
      setExpectedVersion(answer.address.version);
      return setTrouble({ kind: 'because', reason: 'changed' });
    }
    if (answer.__typename === 'InvalidInput') return setTrouble(fromUserError(answer, {})?.trouble ?? null);
    // not there any more: that is what was wanted
    onSettled(w.addressRemoved);
  };
  return (
    <fieldset className={styles['details']}>
      <legend>{w.removeAsk}</legend>
      <FormTrouble trouble={trouble} because={{ changed: w.changedBeforeRemoval }} />
      <div className={styles['buttons']}>
        <Button look="danger" busy={busy} onClick={() => void remove()}>
          {w.removeYes}
        </Button>
        <Button look="plain" onClick={onCancel} autoFocus>
          {cancel}
        </Button>
      </div>
    </fieldset>
  );
}
