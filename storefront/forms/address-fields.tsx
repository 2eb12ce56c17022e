import { useMemo } from 'react';
import { Select, TextField } from '../design/field.tsx';
import { useLanguage, useWords } from '../words/language.ts';
import type { AddressField, AddressValues, Problems } from './checks.ts';
import { countriesIn, likelyCountry } from './countries.ts';
import styles from './forms.module.css';
import { formWords } from './words.ts';

type Props = {
  problems: Problems<AddressField>;
  /** What stands in the fields at first. */
  initial?: Partial<AddressValues> | undefined;
};

/** The fields of an address, with the names of checks.ts. */
export function AddressFields({ problems, initial }: Props) {
  const { address: w, problems: say, optional } = useWords(formWords);
  const language = useLanguage();
  const countries = useMemo(() => countriesIn(language), [language]);
  const text = (name: AddressField, autoComplete: string) => ({
    name,
    autoComplete,
    label: name === 'line2' ? optional(w.line2) : w[name],
    problem: problems[name] && say[problems[name]],
    defaultValue: initial?.[name] ?? '',
    required: name !== 'line2',
    maxLength: 300,
  });
  return (
    <div className={styles['address']}>
      <TextField {...text('name', 'name')} />
      <TextField {...text('line1', 'address-line1')} />
      <TextField {...text('line2', 'address-line2')} />
      <div className={styles['code']}>
        <TextField {...text('postalCode', 'postal-code')} />
      </div>
      <div className={styles['town']}>
        <TextField {...text('city', 'address-level2')} />
      </div>
      <Select
        name="country"
        autoComplete="country"
        label={w.country}
        problem={problems.country && say[problems.country]}
        defaultValue={initial?.country ?? likelyCountry(navigator.languages)}
        required
      >
        <option value="">{w.chooseCountry}</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
    </div>
  );
}
