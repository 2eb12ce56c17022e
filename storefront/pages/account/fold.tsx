import { type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../../design/button.tsx';
import styles from './account.module.css';

type Props = {
  label: string;
  look?: 'plain' | 'danger';
  onOpen?(): void;
  /** What opens in its place. `close` folds it again; with a sentence when something was done. */
  children: (close: (status?: string) => void) => ReactNode;
};

/** A button that becomes a form, and the form a button again. The focus goes along, and what was done is announced. */
export function Fold({ label, look = 'plain', onOpen, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [status, setStatus] = useState('');
  const place = useRef<HTMLDivElement>(null);
  const turn = (open: boolean, sentence = '') => {
    flushSync(() => {
      setOpen(open);
      setStatus(sentence);
    });
    place.current?.querySelector<HTMLElement>(open ? 'input, select' : 'button')?.focus();
  };
  const open = () => {
    turn(true);
    onOpen?.();
  };
  return (
    <div ref={place}>
      {isOpen ? (
        children((sentence) => turn(false, sentence))
      ) : (
        <Button look={look} onClick={open}>
          {label}
        </Button>
      )}
      <p role="status" className={status ? styles['status'] : undefined}>
        {status}
      </p>
    </div>
  );
}
