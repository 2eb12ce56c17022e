import { commonMessages } from '../messages/common.ts';
import { type Language, useMessages } from '../messages/language.ts';
import { useShop, useStore } from '../shop.ts';
import styles from './layout.module.css';
import type { Theme } from './preferences.ts';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const languages: Readonly<Record<Language, string>> = { en: 'English', vi: 'Tiếng Việt' };

export function Footer() {
  const w = useMessages(commonMessages);
  const { preferences } = useShop();
  const { theme, language } = useStore(preferences, () => preferences.current());
  return (
    <footer className={styles['footer']}>
      <div className={styles['bar']}>
        <p>
          {w.shop} · {w.tagline}
        </p>
        <div className={styles['choices']}>
          <label>
            {w.language}
            <select value={language} onChange={(event) => preferences.choose({ language: event.target.value === 'vi' ? 'vi' : 'en' })}>
              {Object.entries(languages).map(([code, name]) => (
                <option key={code} value={code} lang={code}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {w.theme}
            <select
              value={theme}
              onChange={(event) => preferences.choose({ theme: themes.find((name) => name === event.target.value) ?? 'system' })}
            >
              {themes.map((name) => (
                <option key={name} value={name}>
                  {w.themes[name]}
                </option>
              ))}
            </select>
          </label>
        </div>
      </div>
    </footer>
  );
}
