// Runs before the first paint, so that neither theme nor language flickers. A file of its own, because the page allows no inline script.
(() => {
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const theme = read('marigold.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  const chosen = read('marigold.language');
  const language = chosen ?? (navigator.language.toLowerCase().startsWith('vi') ? 'vi' : 'en');
  document.documentElement.lang = language === 'vi' ? 'vi' : 'en';
})();
