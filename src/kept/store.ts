/** Models kept in this browser's own files (OPFS): a folder each, with a list of what belongs to it. */
import { problem } from '../problem';
import type { FileInFolder } from '../recording/report';
import { existingFolder, freeBytes, ifThere, isFolder, ownFolder } from './own_files';
import { partName } from './part_file';

/** A file of a model that is kept, or on its way. */
export interface KeptFile {
  readonly name: string;
  /** Null where it was copied from the disk. */
  readonly address: string | null;
  /** Null where the host does not say. */
  readonly bytes: number | null;
  /** The SHA-256 that its host states, in hexadecimal; null where it states none. */
  readonly stated: string | null;
  /** That of the bytes that are kept; null until the file is whole. */
  readonly sha256: string | null;
}

/** What the folder of a model says of itself. */
export interface KeptList {
  /** As the hub has it, OWNER/NAME, or the name of a folder. */
  readonly name: string;
  /** The address that was typed; null where it was copied from the disk. */
  readonly from: string | null;
  readonly files: readonly KeptFile[];
}

/** A kept model, as it is shown. */
export interface KeptModel {
  readonly name: string;
  readonly from: string | null;
  /** Bytes that are there. */
  readonly bytes: number;
  /** Bytes that it will have; null where that is not known. */
  readonly of: number | null;
  /** Every file is there and was checked. */
  readonly complete: boolean;
  readonly files: readonly KeptFile[];
}

/** All that are kept, or on their way, and for how much there is room besides. */
export interface KeptModels {
  readonly models: readonly KeptModel[];
  /** Null where the browser does not say. */
  readonly freeBytes: number | null;
}

const FOLDER = 'models';
const LIST = 'kept.json';

/** Files of a model that are no weights of it; its licence stands in its README.md. A policy has processors and statistics too. */
export const MODEL_TEXTS =
  /^((config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template|model\.safetensors\.index|norm_stats|policy_(pre|post)processor)\.json|policy_(pre|post)processor_step_\d+_\w+\.safetensors|chat_template\.jinja|merges\.txt|tokenizer\.model|README\.md|(LICEN[CS]E|NOTICE|USE_POLICY)(\.\w+)?)$/i;

export async function keptModels(): Promise<KeptModels> {
  const root = await existingFolder(FOLDER);
  const found: KeptModel[] = [];
  for await (const handle of root?.values() ?? []) if (isFolder(handle)) found.push(await modelOf(handle));
  return { models: found.sort((a, b) => (a.name < b.name ? -1 : 1)), freeBytes: await freeBytes() };
}

/** The list of a model; null where none is kept under this name. */
export async function keptList(name: string): Promise<KeptList | null> {
  const root = await existingFolder(FOLDER);
  const folder = root && (await ifThere(root.getDirectoryHandle(folderName(name))));
  return folder && readList(folder);
}

/**
 * The files of a model, whose bytes stay where they are until they are read.
 * @throws ProblemError where it is not there, or not whole
 */
export async function filesOfKept(name: string): Promise<FileInFolder[]> {
  const list = await keptList(name);
  if (!list?.files.every(({ sha256 }) => sha256 !== null))
    throw problem('The model is not kept here, or only a part of it.', name, 'Download it again, or open its folder.');
  const folder = await modelFolder(name);
  return Promise.all(
    list.files.map(async ({ name: file }) => ({
      path: `${placeOf(name)}/${file}`,
      file: await (await folder.getFileHandle(file)).getFile(),
    })),
  );
}

/** A model of the hub is named OWNER/NAME, as in the folders that its own programs keep. */
function placeOf(name: string): string {
  return name.includes('/') ? `models--${name.replaceAll('/', '--')}/snapshots/kept` : name;
}

/** The folder of a model, made where there is none. @throws ProblemError where this browser keeps no files */
export async function modelFolder(name: string): Promise<FileSystemDirectoryHandle> {
  const fix = 'Open the page in a window that is not private, or open the model from your disk.';
  const root = await ownFolder(FOLDER, fix);
  return root.getDirectoryHandle(folderName(name), { create: true });
}

/** Writes the list of a model in the place of the one that it had, or leaves that as it is. */
export async function writeList(list: KeptList): Promise<void> {
  const handle = await (await modelFolder(list.name)).getFileHandle(LIST, { create: true });
  const file = await handle.createWritable();
  await file.write(JSON.stringify(list));
  await file.close();
}

/** Removes a model. One that is not there is removed already. @throws ProblemError where another tab is writing it */
export const removeKept = (name: string): Promise<void> => writing(name, () => eraseKept(name));

/** The same, for who may write it. */
export async function eraseKept(name: string): Promise<void> {
  const root = await existingFolder(FOLDER);
  if (root) await ifThere(root.removeEntry(folderName(name), { recursive: true }));
}

/** Does what writes to a model, while no other tab may. @throws ProblemError where one does already */
export function writing<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`adaptab kept ${name}`, { ifAvailable: true }, (lock) => {
    if (lock) return work();
    throw problem('Another tab is writing this model.', name, 'Wait until it is done there, or stop it there.');
  });
}

/** @throws ProblemError where there is less room than that */
export async function checkRoom(bytes: number, name: string): Promise<void> {
  const free = await freeBytes();
  if (free === null || free >= bytes) return;
  throw problem(
    `It takes ${bytes} bytes, and this browser's storage has room for ${free}.`,
    name,
    'Delete models or adapters that are kept here, or free space on the disk.',
  );
}

const folderName = (name: string) => encodeURIComponent(name);

const isFile = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';

/** Null where the tab ended before there was one. */
async function readList(folder: FileSystemDirectoryHandle): Promise<KeptList | null> {
  const handle = await ifThere(folder.getFileHandle(LIST));
  const text = await (await handle?.getFile())?.text();
  return text ? (JSON.parse(text) as KeptList) : null;
}

async function modelOf(folder: FileSystemDirectoryHandle): Promise<KeptModel> {
  const list = await readList(folder);
  const sizes = new Map<string, number>();
  for await (const handle of folder.values())
    if (isFile(handle) && handle.name !== LIST) sizes.set(handle.name, (await handle.getFile()).size);
  return summaryOf(list ?? { name: decodeURIComponent(folder.name), from: null, files: [] }, sizes);
}

/** @param sizes of the files that are there, by their names */
export function summaryOf({ name, from, files }: KeptList, sizes: ReadonlyMap<string, number>): KeptModel {
  const known = files.every(({ bytes }) => bytes !== null);
  return {
    name,
    from,
    files,
    bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
    of: known ? files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : null,
    complete: files.length > 0 && files.every(({ name: file, sha256 }) => sha256 !== null && sizes.has(file)),
  };
}

/** Bytes of a file that are there already, whole or in part. */
export async function bytesThere(folder: FileSystemDirectoryHandle, name: string): Promise<number> {
  for (const one of [name, partName(name)]) {
    const handle = await ifThere(folder.getFileHandle(one));
    if (handle) return (await handle.getFile()).size;
  }
  return 0;
}
