import { nameOf } from '../containers/stored_file';
import { problem } from '../problem';
import { type FolderAddress, readAddress } from './address';
import { firstByte, refused, sizeOf } from './answer';
import type { FoundModel } from './api';
import {
  filesOfListing,
  hashOf,
  INDEX,
  NEEDED,
  noWeights,
  OPTIONAL,
  type RemoteFile,
  remoteFile,
  shardsOf,
  WHOLE,
} from './listing';
import type { Way } from './network';

/** Most bytes of a list of files. */
const MOST_LISTED = 2 ** 24;

/**
 * Finds out which files a model has at an address, and how large they are.
 * @throws ProblemError where there is none, or its host keeps it to itself
 * @throws the signal's reason where the person has stopped it
 */
export async function findModel(way: Way, typed: string, tokenizer: string): Promise<FoundModel> {
  const address = readAddress(typed, tokenizer);
  const from = typed.trim();
  const { name } = address;
  if (address.kind === 'folder') return { name, from, files: await filesInFolder(way, address) };
  if (address.kind === 'hub') {
    return { name, from, files: filesOfListing(await textAt(way, address.listing), address.folder) };
  }
  const { file } = address;
  const files = [
    await existing(way, decodeURIComponent(nameOf(file)), file),
    await existing(way, 'tokenizer.json', address.tokenizer),
  ];
  return { name, from, files };
}

/** Nobody lists a folder: each name that a model's file may have is asked for. */
async function filesInFolder(way: Way, { folder }: FolderAddress): Promise<RemoteFile[]> {
  const at = (name: string) => new URL(name, folder).href;
  const files: RemoteFile[] = [];
  for (const name of NEEDED) files.push(await existing(way, name, at(name)));
  for (const name of OPTIONAL) files.push(...(await fileAt(way, name, at(name))).found);
  const { found: index } = await fileAt(way, INDEX, at(INDEX));
  if (index.length === 0) {
    const { found: whole } = await fileAt(way, WHOLE, at(WHOLE));
    if (whole.length === 0) throw noWeights(folder);
    return [...files, ...whole];
  }
  files.push(...index);
  for (const shard of shardsOf(await textAt(way, at(INDEX)), folder)) files.push(await existing(way, shard, at(shard)));
  return files;
}

/** @throws ProblemError where there is no such file */
async function existing(way: Way, name: string, address: string): Promise<RemoteFile> {
  const { found, status } = await fileAt(way, name, address);
  if (found[0]) return found[0];
  throw refused(status, address);
}

/** How hosts say that there is no such file: some deny it to whoever may not list the others. */
const ABSENT = [401, 403, 404, 410];

/** A file as its host tells of it, none of it read; nothing where there is none. */
async function fileAt(
  { network, signal }: Way,
  name: string,
  address: string,
): Promise<{ readonly status: number; readonly found: readonly RemoteFile[] }> {
  const { answer, stop } = await network.open({ address, from: 0 }, signal);
  stop();
  const { status, tag } = answer;
  if (ABSENT.includes(status)) return { status, found: [] };
  firstByte(answer, { address, from: 0, bytes: null });
  return { status, found: [remoteFile(name, address, sizeOf(answer), hashOf(tag))] };
}

async function textAt(way: Way, address: string): Promise<string> {
  const { answer, next, stop } = await way.network.open({ address, from: 0 }, way.signal);
  firstByte(answer, { address, from: 0, bytes: null });
  const decoder = new TextDecoder();
  let text = '';
  for (let piece = await next(); piece !== null; piece = await next()) {
    if (piece === 'cut') throw problem('The connection was cut.', address, 'Try again.');
    text += decoder.decode(piece, { stream: true });
    if (text.length <= MOST_LISTED) continue;
    stop();
    throw problem('What says which files there are is too long.', address, 'Check the address.');
  }
  return text;
}
