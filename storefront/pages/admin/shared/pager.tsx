import { Button } from '../../../design/button.tsx';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { adminMessages } from '../messages.ts';

/** To the page before and after; null where there is none. With neither there is nothing to press. */
export function Pager({ onNewer, onOlder }: { onNewer: (() => void) | null; onOlder: (() => void) | null }) {
  const w = useMessages(adminMessages);
  if (onNewer === null && onOlder === null) return null;
  return (
    <nav className={adminStyles['more']} aria-label={w.pages}>
      <Button look="plain" disabled={onNewer === null} onClick={() => onNewer?.()}>
        {w.newer}
      </Button>
      <Button look="plain" disabled={onOlder === null} onClick={() => onOlder?.()}>
        {w.older}
      </Button>
    </nav>
  );
}
