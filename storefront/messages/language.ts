import { createContext, useContext } from 'react';

export type Language = 'en' | 'vi';

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);

export type InLanguages<Messages> = { readonly en: Messages; readonly vi: Messages };

/** The same texts in both languages. The types require Vietnamese to have every text of English. */
export function inLanguages<Messages>(en: Messages, vi: NoInfer<Messages>): InLanguages<Messages> {
  return { en, vi };
}

/** Plural forms of a text; # stands for the number. A language without a singular leaves `one` out. */
export type Counted = { readonly one?: string; readonly other: string };

/** The texts of a page in the language of the visitor. */
export function useMessages<Messages>(messages: InLanguages<Messages>): Messages {
  return messages[useLanguage()];
}
