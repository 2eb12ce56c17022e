import { componentNames } from '#platform/address/address.ts';
import { useLanguage, useMessages } from '../messages/language.ts';
import type { AddressField, AddressValues } from './checks.ts';
import { countryName } from './countries.ts';
import { formMessages } from './messages.ts';

type AddressTexts = { readonly [Field in AddressField]: { readonly label: string; readonly text: string } };

/** What each field of an address is called in its country, and what stands in it as people read it. */
export function useAddressTexts(): (values: AddressValues) => AddressTexts {
  const { address: w } = useMessages(formMessages);
  const language = useLanguage();
  return (values) => {
    const names = componentNames(values.country);
    return {
      name: { label: w.name, text: values.name },
      line1: { label: w.line1, text: values.line1 },
      line2: { label: w.line2, text: values.line2 },
      city: { label: w.cities[names.city], text: values.city },
      region: { label: w.regions[names.region], text: values.region },
      postalCode: { label: w.postalCodes[names.postalCode], text: values.postalCode },
      country: { label: w.country, text: countryName(values.country, language) },
      phone: { label: w.phone, text: values.phone },
    };
  };
}
