import { createContext, useContext } from 'react';

export type Language = 'en' | 'vi';

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);

export type InLanguages<Messages> = { readonly en: Messages; readonly vi: Messages };

/** The same words in both languages. What English has, Vietnamese must have: the types say so. */
export function inLanguages<Messages>(en: Messages, vi: NoInfer<Messages>): InLanguages<Messages> {
  return { en, vi };
}

/** Forms of a word beside a number, which stands where the # is; a language without a singular leaves `one` out. */
export type Counted = { readonly one?: string; readonly other: string };

/** The words of a page in the language of the visitor. */
export function useMessages<Messages>(messages: InLanguages<Messages>): Messages {
  return messages[useLanguage()];
}
