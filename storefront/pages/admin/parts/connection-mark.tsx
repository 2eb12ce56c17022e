import type { Connection } from '../../../graph/live.ts';
import { commonWords } from '../../../words/common.ts';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';

const looks: Readonly<Record<Connection, string>> = { live: 'good', connecting: '', idle: '', offline: 'bad' };

/** Whether what is seen is what is. */
export function ConnectionMark({ connection }: { connection: Connection }) {
  const w = useWords(commonWords);
  return (
    <span role="status" className={`${desk['chip']} ${desk[looks[connection]] ?? ''}`}>
      {w.connection[connection]}
    </span>
  );
}
