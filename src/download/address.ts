import { nameOf } from '../containers/stored_file';
import { problem } from '../problem';

/** Where a model lies, as a person has typed it. */
export type ModelAddress = HubAddress | FolderAddress | GgufAddress;

/** A repository of a hub, which lists its files. */
export interface HubAddress {
  readonly kind: 'hub';
  /** OWNER/NAME. */
  readonly name: string;
  /** Answers with a list of the files and their sizes, as JSON. */
  readonly listing: string;
  /** What the name of a file follows. */
  readonly folder: string;
}

/** A folder of any server: nobody lists what is in it. */
export interface FolderAddress {
  readonly kind: 'folder';
  readonly name: string;
  readonly folder: string;
}

/** A .gguf, and the tokenizer.json that belongs to it. */
export interface GgufAddress {
  readonly kind: 'gguf';
  readonly name: string;
  readonly file: string;
  readonly tokenizer: string;
}

/** Hosts whose two first names are a repository, without a word after them. */
const HUBS = new Set(['huggingface.co', 'hf-mirror.com']);
/** Other names of the hub: they lead to the first, in an answer that no other page may read. */
const LEADS_TO: ReadonlyMap<string, string> = new Map([
  ['hf.co', 'huggingface.co'],
  ['www.huggingface.co', 'huggingface.co'],
]);
/** OWNER/NAME, and on any host the words with which a hub goes on. */
const REPOSITORY = /^\/([^/]+)\/([^/]+)(?:\/(?:tree|blob|resolve)\/([^/]+)(?:\/(.*))?)?\/?$/;
const LOCAL = new Set(['localhost', '127.0.0.1']);

/**
 * Reads an address: of a repository, of a folder, of its config.json, or of a .gguf.
 * @param tokenizer where the tokenizer.json of a .gguf lies; empty: beside it
 * @throws ProblemError for what is no address that may be asked
 */
export function readAddress(typed: string, tokenizer = ''): ModelAddress {
  const url = urlOf(typed);
  const [, owner, repository, revision, path = ''] = REPOSITORY.exec(url.pathname) ?? [];
  const isHub = owner !== undefined && (revision !== undefined || HUBS.has(url.hostname));
  const files = isHub ? `${url.origin}/${owner}/${repository}/resolve/${revision ?? 'main'}/` : null;
  if (/\.gguf$/i.test(url.pathname)) return ggufAt(files ? new URL(path, files) : url, tokenizer);
  if (!files) return folderAt(url);
  const inside = path.replace(/\/?config\.json$/, '').replace(/\/$/, '');
  const below = inside ? `/${inside}` : '';
  return {
    kind: 'hub',
    name: named(`${owner}/${repository}${below}`),
    listing: `${url.origin}/api/models/${owner}/${repository}/tree/${revision ?? 'main'}${below}`,
    folder: new URL(inside ? `${inside}/` : '', files).href,
  };
}

function ggufAt(url: URL, tokenizer: string): GgufAddress {
  const name = named(nameOf(url.pathname)).replace(/\.gguf$/i, '');
  const typed = tokenizer.trim() === '' ? new URL('tokenizer.json', url) : urlOf(tokenizer);
  typed.pathname = typed.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return { kind: 'gguf', name, file: url.href, tokenizer: typed.href };
}

function folderAt(url: URL): FolderAddress {
  const path = url.pathname.replace(/config\.json$/, '').replace(/\/*$/, '/');
  const name = named(path.split('/').at(-2) ?? '') || url.hostname;
  return { kind: 'folder', name, folder: new URL(path, url).href };
}

/** @throws ProblemError for what is no address, or none that goes encrypted or stays on this computer */
function urlOf(typed: string): URL {
  const text = typed.trim();
  const scheme = /^[a-z][\w+.-]*:\/\//i.test(text) ? '' : LOCAL.has(text.split(/[:/]/)[0]!) ? 'http://' : 'https://';
  const whole = scheme + text;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  const fix = 'Type it as https://huggingface.co/OWNER/NAME, or the address of a folder with config.json in it.';
  if (!url?.hostname) throw problem('This is no address.', text, fix);
  const isLocal = url.protocol === 'http:' && LOCAL.has(url.hostname);
  if (url.protocol !== 'https:' && !isLocal)
    throw problem('Only https:// is asked, and http:// on this computer.', text, 'Change how the address begins.');
  if (url.username || url.password)
    throw problem('The address holds a password.', url.host, 'Type it without: this page sends none.');
  url.hostname = LEADS_TO.get(url.hostname) ?? url.hostname;
  url.search = '';
  url.hash = '';
  return url;
}

function named(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
