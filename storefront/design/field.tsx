import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from 'react';
import styles from './field.module.css';

export type FieldProps = {
  label: string;
  /** What is wrong with what was entered; null when nothing is. */
  problem?: string | null | undefined;
  hint?: ReactNode;
};

type Described = { id: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined };

/** A label, its input, a hint and an error, linked for screen readers. */
export function Field({ label, problem, hint, children }: FieldProps & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const describedBy = [problem ? `${id}-problem` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ');
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': problem ? true : undefined, 'aria-describedby': describedBy || undefined })}
      {hint && (
        <p id={`${id}-hint`} className={styles['hint']}>
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className={styles['problem']}>
          {problem}
        </p>
      )}
    </div>
  );
}

type TextProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>;

/** A labelled field of one line. The caller gives `name`, `autoComplete` and the like. */
export function TextField({ label, problem, hint, ...input }: TextProps) {
  return (
    <Field label={label} problem={problem} hint={hint}>
      {(described) => <input className={styles['input']} {...input} {...described} />}
    </Field>
  );
}

export function TextArea({ label, problem, hint, ...input }: FieldProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'>) {
  return (
    <Field label={label} problem={problem} hint={hint}>
      {(described) => <textarea className={styles['input']} rows={4} {...input} {...described} />}
    </Field>
  );
}

export function Select({ label, problem, hint, children, ...input }: FieldProps & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'id'>) {
  return (
    <Field label={label} problem={problem} hint={hint}>
      {(described) => (
        <select className={styles['input']} {...input} {...described}>
          {children}
        </select>
      )}
    </Field>
  );
}

/** Above a form: what kept it from going through. */
export function FormProblem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className={styles['form-problem']}>
      {children}
    </p>
  );
}
