import type { Language } from '../messages/language.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Preferences = { readonly theme: Theme; readonly language: Language };

export type PreferenceStore = {
  current(): Preferences;
  subscribe(listener: () => void): () => void;
  choose(change: Partial<Preferences>): void;
};

/** What the visitor chose, kept between visits; public/before-paint.js reads the same keys before the first paint. */
export function createPreferences(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, root: HTMLElement): PreferenceStore {
  const listeners = new Set<() => void>();
  let preferences: Preferences = { theme: themeOf(storage.getItem('marigold.theme')), language: root.lang === 'vi' ? 'vi' : 'en' };
  return {
    current: () => preferences,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    choose(change) {
      preferences = { ...preferences, ...change };
      const { theme, language } = preferences;
      if (theme === 'system') storage.removeItem('marigold.theme');
      else storage.setItem('marigold.theme', theme);
      if (theme === 'system') delete root.dataset['theme'];
      else root.dataset['theme'] = theme;
      storage.setItem('marigold.language', language);
      root.lang = language;
      for (const listener of listeners) listener();
    },
  };
}

function themeOf(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
