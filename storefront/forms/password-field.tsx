import { useState } from 'react';
import fieldStyles from '../design/field.module.css';
import { Field } from '../design/field.tsx';
import { useMessages } from '../messages/language.ts';
import type { FieldProblem } from './checks.ts';
import styles from './forms.module.css';
import { formMessages } from './messages.ts';

type Props = {
  label: string;
  name: string;
  problem: FieldProblem | undefined;
  /** A new one: shows the rules, and lets a password manager propose one. */
  isNew?: boolean;
};

/** A password, and a button beside it for those who want to see what they type. */
export function PasswordField({ label, name, problem, isNew = false }: Props) {
  const w = useMessages(formMessages);
  const [shown, setShown] = useState(false);
  // everything else is checked here: what only the shop rejects is a password that many people have
  const named = isNew && problem === 'rejected' ? 'passwordCommon' : problem;
  return (
    <Field label={label} problem={named && w.problems[named]} hint={isNew ? w.passwordHint : undefined}>
      {(described) => (
        <span className={styles['password']}>
          <input
            {...described}
            className={fieldStyles['input']}
            type={shown ? 'text' : 'password'}
            name={name}
            autoComplete={isNew ? 'new-password' : 'current-password'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={1000}
            required
          />
          <button type="button" aria-pressed={shown} aria-label={shown ? w.hidePassword : w.showPassword} onClick={() => setShown(!shown)}>
            {shown ? w.hide : w.show}
          </button>
        </span>
      )}
    </Field>
  );
}
