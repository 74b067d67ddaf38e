import type { Language } from './language';

/** In the first part of the page (PARTS in vite.config.ts), without which nothing runs: the words of all others may be what is missing. */
const words: Readonly<Record<Language, string>> = {
  en: 'A part of this page did not arrive. Reload it; what is kept in this browser stays.',
  zh: '本页面有一部分没有载入。请重新载入页面；保存在这个浏览器中的内容不受影响。',
};

/** Says in the place of the page that it could not be opened, and what to do. */
export function sayIncomplete(place: Element, language: Language): void {
  const said = document.createElement('p');
  said.setAttribute('role', 'alert');
  said.textContent = words[language];
  place.replaceChildren(said);
}
