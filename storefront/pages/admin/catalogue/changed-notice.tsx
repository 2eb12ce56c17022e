import { Button } from '../../../design/button.tsx';
import { useFormats } from '../../../words/formats.ts';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { deskWords } from '../words.ts';
import type { Theirs } from './outcome.ts';
import type { ChangedField } from './product-draft.ts';
import { deskCatalogueWords } from './words.ts';

/** What somebody else has changed of a product while it was being edited; what was typed here stands in the fields still. */
export function ChangedNotice({ theirs, fields, onTakeTheirs }: { theirs: Theirs; fields: readonly ChangedField[]; onTakeTheirs(): void }) {
  const w = useWords(deskCatalogueWords);
  const words = useWords(deskWords);
  const formats = useFormats();
  const when = theirs.at === null ? '' : formats.dateTime(theirs.at);
  return (
    <div role="alert" className={`${desk['panel']} stack`}>
      <p>{w.changed(theirs.by ?? words.unknown, when)}</p>
      <ul>
        {fields.map(({ field, before, theirs: now, isMine }) => (
          <li key={field}>
            {w[field]}
            {now !== null && `: ${before} → ${now}`}
            {isMine && ` (${w.yoursStays})`}
          </li>
        ))}
      </ul>
      <p className="quiet small">{w.changedHint}</p>
      <div>
        <Button look="plain" onClick={onTakeTheirs}>
          {w.takeTheirs}
        </Button>
      </div>
    </div>
  );
}
