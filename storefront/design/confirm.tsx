import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';
import styles from './confirm.module.css';
import { FormProblem } from './field.tsx';

type Props = {
  /** On the button that asks, and on the one that does it. */
  label: string;
  title: string;
  /** What will happen. */
  children: ReactNode;
  look?: 'main' | 'plain' | 'danger';
  /** Label of the button that changes nothing: it names what stays, since "Cancel" could be taken for the act itself. */
  dismissLabel: string;
  /** Does it. Resolves to null when it is done, or to what kept it from being done, in the visitor's messages. */
  onConfirm(): Promise<string | null>;
};

/** A button for what cannot be taken back: it asks first, waits for the answer in its dialog, and gives the focus back. */
export function Confirm({ label, title, children, look = 'plain', ...more }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const wasUsed = useRef(false);
  // what was done may take the button away, and the focus with it: who has no mouse goes on where the page begins
  useEffect(
    () => () => {
      if (wasUsed.current) window.setTimeout(focusPage);
    },
    [],
  );
  return (
    <>
      <Button
        look={look}
        onClick={() => {
          wasUsed.current = true;
          setIsOpen(true);
        }}
      >
        {label}
      </Button>
      {isOpen && (
        <Question label={label} title={title} look={look} {...more} onClose={() => setIsOpen(false)}>
          {children}
        </Question>
      )}
    </>
  );
}

function focusPage(): void {
  if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
}

/** The question itself, for what is not asked by a button. */
export function Question({ label, title, look = 'plain', children, dismissLabel, onConfirm, onClose }: Props & { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const titleId = useId();
  useEffect(() => {
    // a modal dialog keeps the focus inside, closes on Escape, and gives the focus back
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const confirm = async () => {
    setBusy(true);
    const found = await onConfirm();
    setBusy(false);
    setProblem(found);
    if (found === null) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} className={styles['dialog']} aria-labelledby={titleId} onClose={() => dialog.current?.open || onClose()}>
      <h2 id={titleId}>{title}</h2>
      <div className="stack">
        {children}
        {problem && <FormProblem>{problem}</FormProblem>}
      </div>
      <div className={styles['choices']}>
        <Button look="plain" onClick={() => dialog.current?.close()}>
          {dismissLabel}
        </Button>
        <Button look={look === 'danger' ? 'danger' : 'main'} busy={busy} onClick={() => void confirm()}>
          {label}
        </Button>
      </div>
    </dialog>
  );
}
