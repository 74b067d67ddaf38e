/** Records in IndexedDB: several at once or none, whole arrays only, and failures in words. */
import { getMany, keys, promisifyRequest, type UseStore } from 'idb-keyval';
import { ProblemError, problem } from '../problem';
import { openDatabase } from './database';

/** A record, or `undefined` to delete the one that is there. */
export type Change = readonly [key: string, value: unknown];

export interface Records {
  /** The values of some keys, in their order; undefined where there is none. */
  read(...keys: string[]): Promise<unknown[]>;
  /** Keys that begin with `prefix`. */
  keys(prefix: string): Promise<string[]>;
  /** Writes all changes or, whatever happens in between, none. */
  write(...changes: Change[]): Promise<void>;
  /** As write(), what follows from one record, or throws what `changes` throws; nobody writes in between. */
  update(key: string, changes: (value: unknown) => readonly Change[]): Promise<void>;
}

/** The browser has no room for what was to be written. */
export class NoRoomError extends ProblemError {}

/** Where everything is kept, so that one transaction can change all of it; an adapter was all that it once had. */
export const DATABASE = 'adaptab-adapters';

/**
 * Records of a database, each kind by the beginning of its keys.
 *
 * @param what What is kept, for error messages: "the adapters".
 */
export function openRecords(database: string, what: string): Records {
  const store = openDatabase(database);
  const guard = <T>(work: () => Promise<T>) => inWords(what, work);
  return {
    read: (...wanted) => guard(() => getMany(wanted, store)),
    keys: (prefix) => guard(async () => (await keys<string>(store)).filter((key) => key.startsWith(prefix))),
    write: (...changes) => guard(() => writeAll(store, changes)),
    update: (key, changes) => guard(() => update(store, key, changes)),
  };
}

function writeAll(store: UseStore, changes: readonly Change[]): Promise<void> {
  return store('readwrite', (records) => writeInto(records, changes));
}

/** One transaction. idb-keyval's setMany keeps its first records if a later one cannot be cloned; this gives them up. */
function writeInto(records: IDBObjectStore, changes: readonly Change[]): Promise<void> {
  try {
    for (const [key, value] of changes) {
      if (value === undefined) records.delete(key);
      else records.put(compact(value), key);
    }
  } catch (error) {
    records.transaction.abort();
    throw error;
  }
  return promisifyRequest(records.transaction);
}

function update(store: UseStore, key: string, changes: (value: unknown) => readonly Change[]): Promise<void> {
  return store(
    'readwrite',
    (records) =>
      new Promise((resolve, reject) => {
        const request = records.get(key);
        request.onsuccess = () => {
          try {
            resolve(writeInto(records, changes(request.result)));
          } catch (error) {
            reject(error);
          }
        };
        request.onerror = () => reject(request.error);
      }),
  );
}

/** Whether there is a database of this name. @param what as of openRecords() @throws ProblemError where there is no storage */
export const isThere = (database: string, what: string): Promise<boolean> =>
  inWords(what, async () => (await indexedDB.databases()).some(({ name }) => name === database));

/** A copy in which no typed array is a view of a larger buffer: storing a view would store the whole buffer. */
function compact(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const isWhole = value.byteLength === value.buffer.byteLength;
    return isWhole || value instanceof DataView ? value : (value as Uint8Array).slice();
  }
  if (Array.isArray(value)) return value.map(compact);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, compact(item)]));
  }
  return value;
}

/** Runs `work`; a browser's storage error becomes a problem that says what to do. */
async function inWords<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') {
      throw new NoRoomError(
        problem(
          `There is no room left in this browser's storage for ${what}.`,
          'browser storage',
          'Under Adapter, remove for good what is deleted, or download adapters and then do so with them; or free space on the disk.',
        ).problem,
      );
    }
    throw problem(
      `This browser could not keep or read ${what}${name ? ` (${name})` : ''}.`,
      'browser storage',
      'Storage may be switched off, as in a private window: open the page in a normal window, and download what you want to keep.',
    );
  }
}
