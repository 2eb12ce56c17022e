import type { Language } from '../messages/language.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Preferences = { readonly theme: Theme; readonly language: Language };

/** What the visitor chose, kept between visits; public/before-paint.js reads the same keys before the first paint. */
export class PreferenceStore {
  readonly #storage: Pick<Storage, 'setItem' | 'removeItem'>;
  readonly #root: HTMLElement;
  readonly #listeners = new Set<() => void>();
  #preferences: Preferences;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, root: HTMLElement) {
    this.#storage = storage;
    this.#root = root;
    this.#preferences = { theme: themeOf(storage.getItem('marigold.theme')), language: root.lang === 'vi' ? 'vi' : 'en' };
  }

  current(): Preferences {
    return this.#preferences;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  choose(change: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    const { theme, language } = this.#preferences;
    if (theme === 'system') this.#storage.removeItem('marigold.theme');
    else this.#storage.setItem('marigold.theme', theme);
    if (theme === 'system') delete this.#root.dataset['theme'];
    else this.#root.dataset['theme'] = theme;
    this.#storage.setItem('marigold.language', language);
    this.#root.lang = language;
    for (const listener of this.#listeners) listener();
  }
}

function themeOf(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
