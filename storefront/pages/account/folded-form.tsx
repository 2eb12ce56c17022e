import type { ReactNode } from 'react';
import { Button } from '../../design/button.tsx';
import { FormTrouble } from '../../forms/form-trouble.tsx';
import type { Trouble } from '../../forms/submit-failure.ts';
import type { FormProps } from '../../forms/use-form.ts';
import { commonMessages } from '../../messages/common.ts';
import { useMessages } from '../../messages/language.ts';
import styles from './account.module.css';

type Props<Reason extends string> = {
  of: { readonly form: FormProps; readonly trouble: Trouble<Reason> | null; readonly busy: boolean };
  /** Of its button. */
  label: string;
  danger?: boolean;
  because?: Readonly<Record<Reason, string>>;
  onCancel(): void;
  children: ReactNode;
};

/** A form that opened inside of a page: its fields, what kept it from going through, its button, and the way back. */
export function FoldedForm<Reason extends string = never>({ of, label, danger = false, because, onCancel, children }: Props<Reason>) {
  const w = useMessages(commonMessages);
  return (
    <form {...of.form} className={styles['form']} aria-label={label}>
      {children}
      <FormTrouble trouble={of.trouble} {...(because ? { because } : {})} />
      <div className={styles['buttons']}>
        <Button type="submit" look={danger ? 'danger' : 'main'} busy={of.busy}>
          {label}
        </Button>
        <Button look="plain" onClick={onCancel}>
          {w.cancel}
        </Button>
      </div>
    </form>
  );
}
