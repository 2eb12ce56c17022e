import { createContext, useContext } from 'react';

export type Language = 'en' | 'vi';

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);

export type InLanguages<Words> = { readonly en: Words; readonly vi: Words };

/** The same words in both languages. What English has, Vietnamese must have: the types say so. */
export function inLanguages<Words>(en: Words, vi: NoInfer<Words>): InLanguages<Words> {
  return { en, vi };
}

/** Forms of a word beside a number, which stands where the # is; a language without a singular leaves `one` out. */
export type Counted = { readonly one?: string; readonly other: string };

/** The words of a page in the language of the visitor. */
export function useWords<Words>(words: InLanguages<Words>): Words {
  return words[useLanguage()];
}
