import { useMemo, useState } from 'react';
import { componentNames, needsComponent, type RegionalPart, usesPart } from '#platform/address/address.ts';
import { Select, TextField } from '../design/field.tsx';
import { useLanguage, useMessages } from '../messages/language.ts';
import type { AddressField, AddressValues, Problems } from './checks.ts';
import { countriesIn, likelyCountry } from './countries.ts';
import styles from './forms.module.css';
import { formMessages } from './messages.ts';

type Props = {
  problems: Problems<AddressField>;
  /** What stands in the fields at first. */
  initial?: Partial<AddressValues> | undefined;
};

/** The fields of an address, with the names of checks.ts. Which there are, and what they are called, depends on the country. */
export function AddressFields({ problems, initial }: Props) {
  const { address: w, problems: say, optional } = useMessages(formMessages);
  const language = useLanguage();
  const countries = useMemo(() => countriesIn(language), [language]);
  const [country, setCountry] = useState(() => initial?.country ?? likelyCountry(navigator.languages));
  const names = componentNames(country);
  const problemOf = (name: AddressField) => {
    const problem = problems[name];
    return problem && (problem === 'rejected' && name === 'phone' ? say.phone : say[problem]);
  };
  const text = (name: AddressField, autoComplete: string, label: string, required: boolean) => ({
    name,
    autoComplete,
    label: required ? label : optional(label),
    problem: problemOf(name),
    defaultValue: initial?.[name] ?? '',
    required,
    maxLength: 300,
  });
  /** What the country does not have is hidden and not sent, unless something stands in it. */
  const regional = (part: RegionalPart, autoComplete: string, label: string) => {
    const hidden = !usesPart(country, part) && !initial?.[part] && !problems[part];
    return (
      <div className={styles[part]} hidden={hidden}>
        <TextField {...text(part, autoComplete, label, needsComponent(country, part))} disabled={hidden} />
      </div>
    );
  };
  return (
    <div className={styles['address']}>
      <Select
        name="country"
        autoComplete="country"
        label={w.country}
        problem={problemOf('country')}
        defaultValue={country}
        onChange={(event) => setCountry(event.currentTarget.value)}
        required
      >
        <option value="">{w.chooseCountry}</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
      <TextField {...text('name', 'name', w.name, true)} />
      <TextField {...text('line1', 'address-line1', w.line1, true)} />
      <TextField {...text('line2', 'address-line2', w.line2, false)} />
      {regional('postalCode', 'postal-code', w.postalCodes[names.postalCode])}
      {regional('city', 'address-level2', w.cities[names.city])}
      {regional('region', 'address-level1', w.regions[names.region])}
      <TextField {...text('phone', 'tel', w.phone, false)} type="tel" hint={w.phoneHint} />
    </div>
  );
}
