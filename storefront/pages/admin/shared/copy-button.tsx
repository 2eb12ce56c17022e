import { useState } from 'react';
import { useMessages } from '../../../messages/language.ts';
import adminStyles from '../admin.module.css';
import { adminMessages } from '../messages.ts';

/** A short text that is worth having elsewhere; a press puts the whole of it on the clipboard. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const w = useMessages(adminMessages);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // without permission, and without https, there is no clipboard: the text is on the page to be selected
    await navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <span className={adminStyles['copy']}>
      <span className={adminStyles['mono']}>{text}</span>{' '}
      <button type="button" aria-label={label} onClick={() => void copy()} onBlur={() => setCopied(false)}>
        {copied ? w.copied : w.copy}
      </button>
      <span className="visually-hidden" role="status">
        {copied && w.copied}
      </span>
    </span>
  );
}
