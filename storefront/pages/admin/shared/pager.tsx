import { Button } from '../../../design/button.tsx';
import { useWords } from '../../../words/language.ts';
import desk from '../desk.module.css';
import { deskWords } from '../words.ts';

/** To the page before and after; null where there is none. With neither there is nothing to press. */
export function Pager({ onNewer, onOlder }: { onNewer: (() => void) | null; onOlder: (() => void) | null }) {
  const w = useWords(deskWords);
  if (onNewer === null && onOlder === null) return null;
  return (
    <nav className={desk['more']} aria-label={w.pages}>
      <Button look="plain" disabled={onNewer === null} onClick={() => onNewer?.()}>
        {w.newer}
      </Button>
      <Button look="plain" disabled={onOlder === null} onClick={() => onOlder?.()}>
        {w.older}
      </Button>
    </nav>
  );
}
