import { commonMessages } from '../messages/common.ts';
import { useMessages } from '../messages/language.ts';
import { useConnection } from '../shop.ts';
import styles from './connection-dot.module.css';

/** The state of the live connection (live, connecting, offline), as a dot with a text. */
export function ConnectionDot() {
  const w = useMessages(commonMessages);
  const connection = useConnection();
  return (
    <span role="status" className={`${styles['connection']} ${styles[connection]}`} data-connection={connection}>
      {w.connection[connection]}
    </span>
  );
}
