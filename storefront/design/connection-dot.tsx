import { useConnection } from '../shop.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import styles from './connection-dot.module.css';

/** Whether what is shown is what is: live, catching up, offline; in words beside the dot. */
export function ConnectionDot() {
  const w = useWords(commonWords);
  const connection = useConnection();
  return (
    <span role="status" className={`${styles['connection']} ${styles[connection]}`} data-connection={connection}>
      {w.connection[connection]}
    </span>
  );
}
