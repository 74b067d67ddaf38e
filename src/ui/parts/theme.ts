/** Light, dark, or whatever the system says; remembered in this browser. */
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'adaptab.theme';

export function rememberedTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // storage is refused in some private windows: the choice then lasts as long as the page
  }
}

/** Applies a theme to the page and remembers it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event('adaptab-theme'));
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // See rememberedTheme().
  }
}

/** Calls `listener` whenever colours change, by choice or by the system. Returns the function that ends it. */
export function onThemeChange(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  addEventListener('adaptab-theme', listener);
  system.addEventListener('change', listener);
  return () => {
    removeEventListener('adaptab-theme', listener);
    system.removeEventListener('change', listener);
  };
}
