import { addressLines, type PostalAddress } from '#platform/address/address.ts';
import { useLanguage } from '../messages/language.ts';
import { countryName } from './countries.ts';
import styles from './forms.module.css';

type Place = Omit<PostalAddress, 'line2' | 'region' | 'phone'> & {
  readonly line2?: string | null;
  readonly region?: string | null;
  readonly phone?: string | null;
};

/** An address as it stands on a parcel. */
export function AddressLines({ place }: { place: Place }) {
  const language = useLanguage();
  const whole = { ...place, line2: place.line2 ?? null, region: place.region ?? null };
  const lines = [...addressLines(whole), countryName(place.country, language), place.phone];
  return (
    <span className={styles['lines']}>
      {place.name && <strong>{place.name}</strong>}
      {lines
        .filter((line) => line)
        .map((line) => (
          <span key={line}>{line}</span>
        ))}
    </span>
  );
}
