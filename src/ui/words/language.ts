/** The languages of the page. A word that has no other form is the same in both. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Words of another language in the place of `W`: the same keys, the same arguments, any text. */
export type Translated<W> = W extends string
  ? string
  : W extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof W]: Translated<W[K]> };

/** What a module of words in another language exports. */
export interface Translation<W> {
  readonly words: Translated<W>;
}

const storageKey = 'adaptab.language';

let current: Language = 'en';
const loaders: (() => Promise<void>)[] = [];

/** The language that the page speaks. */
export const language = (): Language => current;

/** What `Intl` calls it. */
export const locale = (): string => ({ en: 'en', zh: 'zh-CN' })[current];

/** Has something loaded before the page speaks another language than English. */
export function onLanguage(load: () => Promise<void>): void {
  loaders.push(load);
}

/**
 * Words that follow the chosen language: looked up anew at each use, so keep none of them outside of what draws.
 * @param chinese loaded once somebody chooses it
 */
export function inLanguage<W extends object>(english: W, chinese: () => Promise<Translation<W>>): Translated<W> {
  let translated: object = english;
  onLanguage(async () => {
    translated = (await chinese()).words;
  });
  const handler = { get: (_: W, key: string | symbol) => Reflect.get(current === 'zh' ? translated : english, key) };
  return new Proxy(english, handler) as unknown as Translated<W>;
}

/**
 * Speaks another language from now on, and remembers it in this browser.
 * @throws Error where its words cannot be loaded; the page then goes on in the language that it has
 */
export async function speak(next: Language): Promise<void> {
  if (next !== 'en') await Promise.all(loaders.map((load) => load()));
  current = next;
  document.documentElement.lang = locale();
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // storage is refused in some private windows: the choice then lasts as long as the page
  }
}

/** What was chosen before, or what the browser prefers of what there is. */
export function preferredLanguage(preferred: readonly string[] = navigator.languages): Language {
  const remembered = rememberedLanguage();
  if (remembered) return remembered;
  const known = preferred.map((tag) => languages.find((one) => one === tag.toLowerCase().split('-')[0]));
  return known.find((one) => one !== undefined) ?? 'en';
}

function rememberedLanguage(): Language | null {
  try {
    return languages.find((one) => one === localStorage.getItem(storageKey)) ?? null;
  } catch {
    return null; // see speak()
  }
}
