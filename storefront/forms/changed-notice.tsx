import { Button } from '../design/button.tsx';
import { useMessages } from '../messages/language.ts';
import styles from './forms.module.css';
import { formMessages } from './messages.ts';

/** A field that was changed elsewhere; `before` and `theirs` as they can be shown on a line, null where they cannot. */
export type ChangedEntry = {
  readonly label: string;
  readonly before: string | null;
  readonly theirs: string | null;
  /** True where something else was typed here, which stays. */
  readonly isMine: boolean;
};

type Props = { lead: string; entries: readonly ChangedEntry[]; onTakeTheirs(): void };

/** What was changed elsewhere of something while it was being edited; what was typed here stands in the fields still. */
export function ChangedNotice({ lead, entries, onTakeTheirs }: Props) {
  const { changed: w } = useMessages(formMessages);
  return (
    <div role="alert" className={`${styles['changed']} stack`}>
      <p>{lead}</p>
      <ul>
        {entries.map(({ label, before, theirs, isMine }) => (
          <li key={label}>
            {label}
            {theirs !== null && `: ${before || '–'} → ${theirs || '–'}`}
            {isMine && ` (${w.yoursStays})`}
          </li>
        ))}
      </ul>
      <p className="quiet small">{w.hint}</p>
      <div>
        <Button look="plain" onClick={onTakeTheirs}>
          {w.takeTheirs}
        </Button>
      </div>
    </div>
  );
}
