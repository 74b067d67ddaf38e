import { language, onLanguage } from './language';
import { type Catalogue, catalogueOf, translate } from './sentence_patterns';

/** Sentences that are kept with their translation; a page that is open for long says many. */
const KEPT = 2000;

let catalogue: Catalogue = { whole: new Map(), patterns: [] };
const known = new Map<string, string>();

onLanguage(async () => {
  const { sentences } = await import('./sentences_zh');
  catalogue = catalogueOf(sentences);
});

/**
 * What the engine says, in the language of the page. It speaks English alone, so that a command, a file and a test say
 * the same: the page finds the sentence by its fixed words. What nobody translated stays as it is.
 */
export function sentence(text: string): string {
  if (language() === 'en' || text === '') return text;
  const before = known.get(text);
  if (before !== undefined) return before;
  const found = translate(text, catalogue);
  if (known.size >= KEPT) known.clear();
  known.set(text, found);
  return found;
}
