/** The licence of a model, by the hub's identifier, where the card in its folder or the header of its file tells it. */
import type { StoredFile } from '../containers/stored_file';

export const CARD = 'README.md';

/** A card's front matter is at its beginning; what follows may be long. */
const FRONT_BYTES = 64 * 2 ** 10;

/** Of the model whose card lies beside it; null where it tells none. */
export async function licenceInCard(card: StoredFile | undefined): Promise<string | null> {
  if (!card) return null;
  const text = await (await card.open()).slice(0, FRONT_BYTES).text();
  const [, front = ''] = /^---\r?\n(.*?)\r?\n---/s.exec(text) ?? [];
  const said = (key: string) => asLicence(new RegExp(`^${key}: *["']?([^"'\\r\\n#]*)`, 'm').exec(front)?.[1]?.trim());
  const licence = said('license');
  return licence === 'other' ? (said('license_name') ?? licence) : licence;
}

/** What is an identifier; null for anything else. */
export const asLicence = (said: unknown): string | null =>
  typeof said === 'string' && /^[\w.+-]{1,64}$/.test(said) ? said.toLowerCase() : null;
