import { useLanguage } from '../words/language.ts';
import { countryName } from './countries.ts';
import styles from './forms.module.css';

type Place = {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string | null;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
};

/** An address as it stands on a parcel. */
export function AddressLines({ place }: { place: Place }) {
  const language = useLanguage();
  const lines = [place.line1, place.line2, `${place.postalCode} ${place.city}`, countryName(place.country, language)];
  return (
    <span className={styles['lines']}>
      <strong>{place.name}</strong>
      {lines
        .filter((line) => line)
        .map((line) => (
          <span key={line}>{line}</span>
        ))}
    </span>
  );
}
