import { nameOf } from '../containers/stored_file';
import { type KeptFile, MODEL_TEXTS } from '../kept/store';
import { problem } from '../problem';

/** A file of a model as its host tells of it. */
export interface RemoteFile extends KeptFile {
  readonly address: string;
}

/** Without these no model of a folder can be opened. */
export const NEEDED = ['config.json', 'tokenizer.json'];
/** These say more of it, where they are there. */
export const OPTIONAL = ['generation_config.json', 'tokenizer_config.json', 'chat_template.jinja', 'README.md'];
export const INDEX = 'model.safetensors.index.json';
export const WHOLE = 'model.safetensors';

const WEIGHTS = /^model.*\.safetensors$/;
const SHA256 = /^[0-9a-f]{64}$/;

export const remoteFile = (
  name: string,
  address: string,
  bytes: number | null,
  stated: string | null = null,
): RemoteFile => ({ name, address, bytes, stated, sha256: null });

/**
 * The files of a model among those that a hub lists.
 * @param listing what the hub answers, as JSON: `{ type, path, size, lfs: { oid } }` for each; `oid` is then the file's SHA-256
 * @param folder the address of the folder they lie in
 * @throws ProblemError where they are no model that could be opened
 */
export function filesOfListing(listing: string, folder: string): RemoteFile[] {
  const listed = parsed(listing);
  const files = (Array.isArray(listed) ? listed : []).flatMap((entry: unknown) => {
    const { type, path, size, lfs } = (entry ?? {}) as Partial<ListedFile>;
    if (type !== 'file' || typeof path !== 'string' || !path.isWellFormed()) return []; // others have no address
    const name = nameOf(path);
    const bytes = typeof size === 'number' ? size : null;
    return [remoteFile(name, new URL(encodeURIComponent(name), folder).href, bytes, hashOf(lfs?.oid))];
  });
  const missing = NEEDED.filter((name) => !files.some((file) => file.name === name));
  const ggufs = files.filter(({ name }) => /\.gguf$/i.test(name));
  if (missing.length > 0 && ggufs.length > 0)
    throw problem(
      `There are ${ggufs.length} .gguf files.`,
      folder,
      `Type the address of one, as ${ggufs[0]!.address}.`,
    );
  if (missing.length > 0) throw problem(`${missing.join(', ')} is not there.`, folder, ANOTHER);
  const wanted = files.filter(({ name }) => MODEL_TEXTS.test(name) || WEIGHTS.test(name));
  if (!wanted.some(({ name }) => WEIGHTS.test(name))) throw noWeights(folder);
  return wanted;
}

interface ListedFile {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly lfs: { readonly oid?: unknown } | undefined;
}

const ANOTHER = 'Look there with the browser; it should be a folder of the hub, with its weights as .safetensors.';

export const noWeights = (folder: string) => problem('No weights in .safetensors are there.', folder, ANOTHER);

/** The shards that an index names, each once. @throws ProblemError where it names none, or names that lead elsewhere */
export function shardsOf(index: string, folder: string): string[] {
  const { weight_map: places } = (parsed(index) ?? {}) as { readonly weight_map?: Readonly<Record<string, unknown>> };
  const shards = [...new Set(Object.values(places ?? {}))].filter((name) => typeof name === 'string').sort();
  if (shards.length > 0 && shards.every((name) => /^[\w.-]+\.safetensors$/.test(name))) return shards;
  throw problem(`${INDEX} names no weights.`, folder, ANOTHER);
}

/** Null for what is no JSON, as the page that a server has for everything that is not there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A hash as hosts write it, in a tag too; null where it is none. */
export function hashOf(text: unknown): string | null {
  const bare = typeof text === 'string' ? text.replace(/^(W\/)?"|"$/g, '') : '';
  return SHA256.test(bare) ? bare : null;
}
