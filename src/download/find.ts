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
import type { Network } from './network';

/** Most bytes of a list of files. */
const MOST_LISTED = 2 ** 24;

/**
 * Finds out which files a model has at an address, and how large they are.
 * @throws ProblemError where there is none, or its host keeps it to itself
 */
export async function findModel(network: Network, typed: string, tokenizer: string): Promise<FoundModel> {
  const address = readAddress(typed, tokenizer);
  const from = typed.trim();
  const { name } = address;
  if (address.kind === 'folder') return { name, from, files: await filesInFolder(network, address) };
  if (address.kind === 'hub') {
    const listed: unknown = JSON.parse(await textAt(network, address.listing));
    return { name, from, files: filesOfListing(listed, address.folder) };
  }
  const { file } = address;
  const files = [
    await existing(network, decodeURIComponent(file.slice(file.lastIndexOf('/') + 1)), file),
    await existing(network, 'tokenizer.json', address.tokenizer),
  ];
  return { name, from, files };
}

/** Nobody lists a folder: each name that a model's file may have is asked for. */
async function filesInFolder(network: Network, { folder }: FolderAddress): Promise<RemoteFile[]> {
  const at = (name: string) => new URL(name, folder).href;
  const files: RemoteFile[] = [];
  for (const name of NEEDED) files.push(await existing(network, name, at(name)));
  for (const name of OPTIONAL) files.push(...((await fileAt(network, name, at(name))) ?? []));
  const index = await fileAt(network, INDEX, at(INDEX));
  if (!index) {
    const whole = await fileAt(network, WHOLE, at(WHOLE));
    if (!whole) throw noWeights(folder);
    return [...files, ...whole];
  }
  files.push(...index);
  for (const shard of shardsOf(await textAt(network, at(INDEX)), folder))
    files.push(await existing(network, shard, at(shard)));
  return files;
}

/** @throws ProblemError where there is no such file */
async function existing(network: Network, name: string, address: string): Promise<RemoteFile> {
  const [file] = (await fileAt(network, name, address)) ?? [];
  if (!file) throw refused(404, address);
  return file;
}

/** A file as its host tells of it, none of it read; null where there is none. */
async function fileAt(network: Network, name: string, address: string): Promise<[RemoteFile] | null> {
  const { answer, stop } = await network.open({ address, from: 0 });
  stop();
  if (answer.status === 404 || answer.status === 410) return null;
  firstByte(answer, { address, from: 0, bytes: null });
  return [remoteFile(name, address, sizeOf(answer), hashOf(answer.tag))];
}

async function textAt(network: Network, address: string): Promise<string> {
  const { answer, next, stop } = await network.open({ address, from: 0 });
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
