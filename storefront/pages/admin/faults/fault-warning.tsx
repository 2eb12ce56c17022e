import { useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { useMessages } from '../../../messages/language.ts';
import { adminMessages } from '../messages.ts';
import styles from './faults.module.css';
import { isAnyOn, noFaults } from './faults.ts';
import { useFaults } from './use-faults.ts';

/** On every page of the admin, while anything goes wrong on purpose. */
export function FaultWarning() {
  const w = useMessages(adminMessages);
  const { switches, set } = useFaults();
  const [busy, setBusy] = useState(false);
  const [rejected, setUserError] = useState<string | null>(null);
  const turnOff = async () => {
    setBusy(true);
    setUserError(await set(noFaults));
    setBusy(false);
  };
  return (
    <div role="status">
      {isAnyOn(switches) && (
        <div className={styles['warning']}>
          <strong>{w.faultsOn}</strong>
          {rejected && <span>{rejected}</span>}
          <Button look="danger" busy={busy} onClick={() => void turnOff()}>
            {w.faultsOff}
          </Button>
        </div>
      )}
    </div>
  );
}
