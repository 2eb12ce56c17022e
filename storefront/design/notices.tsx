import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { withNext } from '../pages/access/next.ts';
import { useConnection, useShop, useStore } from '../shop.ts';
import { ButtonLink } from './button.tsx';
import styles from './notices.module.css';

/** Notices of the whole shop: it cannot be reached, or the session has expired. They never cover the content. */
export function Notices() {
  const w = useMessages(commonMessages);
  const { sessions } = useShop();
  const ended = useStore(sessions, () => sessions.endedBecause());
  const [path] = useLocation();
  const isOffline = useLasting(useConnection() === 'offline', 1500);
  return (
    <div className={styles['notices']} aria-live="polite">
      {isOffline && <p className={`${styles['notice']} ${styles['waiting']}`}>{w.offline}</p>}
      {ended === 'expired' && (
        <p className={styles['notice']}>
          {w.expired}{' '}
          {path !== '/log-in' && (
            <ButtonLink href={withNext('/log-in', path)} look="text">
              {w.logIn}
            </ButtonLink>
          )}
        </p>
      )}
    </div>
  );
}

/** True once something has been so for `ms`: a connection that is back at once is nothing to speak of. */
function useLasting(isSo: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  const timer = useRef<number>(undefined);
  useEffect(() => {
    window.clearTimeout(timer.current);
    if (isSo) timer.current = window.setTimeout(() => setLasting(true), ms);
    else setLasting(false);
    return () => window.clearTimeout(timer.current);
  }, [isSo, ms]);
  return lasting;
}
