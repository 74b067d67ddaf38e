/** Prefix stores in this browser's own files (OPFS): a folder each, which one tab at a time may use. Only a worker opens one. */
import { sha256Of } from '../containers/sha256';
import { existingFolder, freeBytes, ifThere, isFolder, ownFolder, workerHandle } from '../kept/own_files';
import type { Problem } from '../problem';
import { FORMAT, type PrefixStoreKey, readEntries, readHeader, readLastUsed, type StoreLabel } from './index_file';
import { inUse, noRoom, ofNoUse, removedStore } from './problems';
import type { StoreFiles } from './slots';
import { type OpenedStore, PrefixStore } from './store';

/** A store, as it is shown. */
export interface StoreSummary {
  readonly id: string;
  /** What it is for; null where that is damaged, so that the store would be begun anew. */
  readonly label: StoreLabel | null;
  readonly key: PrefixStoreKey | null;
  readonly records: number;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** Milliseconds since 1970; null where that is damaged. */
  readonly lastUsed: number | null;
  /** A tab has it open. */
  readonly inUse: boolean;
}

const FOLDER = 'prefixes';
const INDEX = 'index';
const DATA = 'data';
const LOCK = 'adaptab prefixes ';

/** A store for each key: that of other weights stays until it is deleted or evicted, and a new one says that it is there. */
export function storeId({ weights, data, precision, layers, layerBytes }: PrefixStoreKey): string {
  return sha256Of(JSON.stringify([weights, data, precision, layers, layerBytes])).slice(0, 32);
}

/**
 * Opens the store of a key, or begins it.
 * @param label what a new store is for
 * @throws ProblemError where it is in use elsewhere, where there is no room, or where this browser keeps no files
 */
export async function openPrefixStore(key: PrefixStoreKey, label: StoreLabel): Promise<OpenedStore> {
  const id = storeId(key);
  const release = await hold(id);
  let files: StoreFiles | null = null;
  try {
    const root = await ownFolder(FOLDER, 'Open the page in a window that is not private.');
    files = await openFiles(await root.getDirectoryHandle(id, { create: true }), release);
    const { store, dropped } = PrefixStore.open(key, label, files);
    return { store, dropped: store.count > 0 ? dropped : [...dropped, ...(await othersOf(key, id))] };
  } catch (error) {
    await (files?.close() ?? release());
    throw error;
  }
}

/** What is kept of the same frames, and belongs to other weights, or was computed in another way: told by its labels. */
async function othersOf(key: PrefixStoreKey, id: string): Promise<Problem[]> {
  const stores = await listStores();
  return stores.flatMap((store) => {
    if (store.id === id || store.records === 0 || store.key?.data !== key.data || !store.label) return [];
    return [ofNoUse(store.bytes, store.key.weights !== key.weights, store.label)];
  });
}

/** All stores, the one used last first. */
export async function listStores(): Promise<StoreSummary[]> {
  const { held = [] } = await navigator.locks.query();
  const names = new Set(held.map(({ name }) => name));
  const found: StoreSummary[] = [];
  for await (const folder of (await existingFolder(FOLDER))?.values() ?? [])
    if (isFolder(folder)) found.push(await summaryOf(folder, names.has(LOCK + folder.name)));
  return found.sort((a, b) => (b.lastUsed ?? 0) - (a.lastUsed ?? 0));
}

/** The samples whose records a store says it has, whoever uses it; none where it would be begun anew. */
export async function samplesIn(id: string): Promise<ReadonlySet<number>> {
  const root = await existingFolder(FOLDER);
  const folder = root && (await ifThere(root.getDirectoryHandle(id)));
  const index = folder && (await fileOf(folder, INDEX));
  const bytes = new Uint8Array((await index?.arrayBuffer()) ?? []);
  const found = readHeader(bytes);
  if (found?.header.format !== FORMAT) return new Set();
  return new Set(
    readEntries(bytes, found.seal).flatMap((entry) => (entry && entry !== 'damaged' ? [entry.sample] : [])),
  );
}

/** Removes a store. One that is not there is removed already. @throws ProblemError where it is in use */
export async function deleteStore(id: string): Promise<void> {
  const release = await hold(id);
  try {
    await erase(id);
  } finally {
    await release();
  }
}

/**
 * Removes stores that are not in use, the one that was used longest ago first, until all together take no more than that.
 * @returns those that it removed
 */
export async function evict(budgetBytes: number): Promise<StoreSummary[]> {
  const stores = await listStores();
  let bytes = stores.reduce((sum, store) => sum + store.bytes, 0);
  const evicted: StoreSummary[] = [];
  for (const store of stores.reverse()) {
    if (bytes <= budgetBytes) break;
    const release = await holdIfFree(store.id);
    if (!release) continue;
    try {
      await erase(store.id);
    } finally {
      await release();
    }
    bytes -= store.bytes;
    evicted.push(store);
  }
  return evicted;
}

/** For how much there is room, as the browser says; null where it does not. */
export async function roomFor(bytes: number): Promise<{ readonly freeBytes: number | null; readonly fits: boolean }> {
  const free = await freeBytes();
  return { freeBytes: free, fits: free === null || bytes <= free };
}

/**
 * Makes room for so many bytes: stores that nobody uses are removed, the one that was used longest ago first, where that is enough.
 * @returns what was removed
 * @throws ProblemError where there is no room even so; nothing is removed then
 */
export async function makeRoom(bytes: number): Promise<Problem[]> {
  const { freeBytes: free, fits } = await roomFor(bytes);
  if (fits || free === null) return [];
  const stores = await listStores();
  const sumOf = (some: readonly StoreSummary[]) => some.reduce((sum, store) => sum + store.bytes, 0);
  const most = free + sumOf(stores.filter(({ inUse: isUsed }) => !isUsed));
  if (most < bytes) throw noRoom(bytes - most);
  return (await evict(sumOf(stores) - (bytes - free))).map(removedStore);
}

async function erase(id: string): Promise<void> {
  const root = await existingFolder(FOLDER);
  if (root) await ifThere(root.removeEntry(id, { recursive: true }));
}

/** @param release lets others have them */
async function openFiles(folder: FileSystemDirectoryHandle, release: Release): Promise<StoreFiles> {
  const index = await (await workerHandle(folder, INDEX)).createSyncAccessHandle();
  try {
    const data = await (await workerHandle(folder, DATA)).createSyncAccessHandle();
    const close = () => {
      index.close();
      data.close();
      return release();
    };
    return { index, data, close };
  } catch (error) {
    index.close();
    throw error;
  }
}

/** Lets others have a store; they can when its promise is kept. */
type Release = () => Promise<void>;

/** Keeps others from a store. @throws ProblemError where one has it */
async function hold(id: string): Promise<Release> {
  const release = await holdIfFree(id);
  if (release) return release;
  throw inUse();
}

/** The same; null where one has it. */
function holdIfFree(id: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const released = navigator.locks.request(LOCK + id, { ifAvailable: true }, async (lock) => {
      if (!lock) return resolve(null);
      await new Promise<void>((letGo) =>
        resolve(() => {
          letGo();
          return released;
        }),
      );
    });
    released.catch(reject);
  });
}

async function summaryOf(folder: FileSystemDirectoryHandle, isInUse: boolean): Promise<StoreSummary> {
  const [index, data] = await Promise.all([INDEX, DATA].map((name) => fileOf(folder, name)));
  const bytes = new Uint8Array((await index?.arrayBuffer()) ?? []);
  const found = readHeader(bytes);
  const entries = found ? readEntries(bytes, found.seal) : [];
  return {
    id: folder.name,
    label: found?.header.label ?? null,
    key: found?.header.key ?? null,
    records: entries.filter((entry) => entry !== null && entry !== 'damaged').length,
    bytes: (index?.size ?? 0) + (data?.size ?? 0),
    lastUsed: readLastUsed(bytes),
    inUse: isInUse,
  };
}

/** Undefined where the tab ended before there was one. */
async function fileOf(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  return (await ifThere(folder.getFileHandle(name)))?.getFile();
}
