import { useMemo } from 'react';
import { type Counted, type Language, useLanguage } from './language.ts';

export type Money = { readonly amount: number; readonly currency: string };

const locales: Readonly<Record<Language, string>> = { en: 'en-IE', vi: 'vi-VN' };

/** Numbers, money and moments as people of a language write them. */
export function formatsOf(language: Language) {
  const locale = locales[language];
  const number = new Intl.NumberFormat(locale);
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  const minute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hour12: false });
  const plural = new Intl.PluralRules(locale);
  return {
    number: (value: number) => number.format(value),
    /** 1250 EUR minor units: €12.50 */
    money: ({ amount, currency }: Money) => new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount / 100),
    dateTime: (iso: string) => dateTime.format(new Date(iso)),
    date: (iso: string) => date.format(new Date(iso)),
    clock: (iso: string) => clock.format(new Date(iso)),
    /** 14:05 */
    minute: (iso: string) => minute.format(new Date(iso)),
    /** 43 ms, 1.2 s, 3 min */
    duration: (ms: number) => durationOf(ms, number),
    /** Chooses a form by the rules of the language; Vietnamese has one. */
    count: (value: number, forms: Counted) =>
      (plural.select(value) === 'one' ? (forms.one ?? forms.other) : forms.other).replace('#', number.format(value)),
  };
}

function durationOf(ms: number, number: Intl.NumberFormat): string {
  if (ms < 1000) return `${number.format(Math.max(0, Math.round(ms)))} ms`;
  if (ms < 60_000) return `${number.format(Math.round(ms / 100) / 10)} s`;
  if (ms < 3_600_000) return `${number.format(Math.floor(ms / 60_000))} min`;
  if (ms < 86_400_000) return `${number.format(Math.floor(ms / 3_600_000))} h`;
  return `${number.format(Math.floor(ms / 86_400_000))} d`;
}

export type Formats = ReturnType<typeof formatsOf>;

export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => formatsOf(language), [language]);
}
