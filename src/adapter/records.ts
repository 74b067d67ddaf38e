/** Records in IndexedDB: several at once or none, whole arrays only, and failures in words. */
import { createStore, delMany, getMany, keys, promisifyRequest, type UseStore } from 'idb-keyval';
import { ProblemError, problem } from '../problem';

/** A record, or `undefined` to delete the one that is there. */
export type Change = readonly [key: string, value: unknown];

export interface Records {
  /** The values of some keys, in their order; undefined where there is none. */
  read(...keys: string[]): Promise<unknown[]>;
  /** Keys that begin with `prefix`. */
  keys(prefix: string): Promise<string[]>;
  /** Writes all changes or, whatever happens in between, none. */
  write(...changes: Change[]): Promise<void>;
  /** Replaces one record by what `change` makes of it, or throws what it throws; nobody writes in between. */
  update(key: string, change: (value: unknown) => unknown): Promise<void>;
  remove(...keys: string[]): Promise<void>;
}

/**
 * Opens a database of its own name, with one store: idb-keyval cannot add a second store to a database.
 *
 * @param what What is kept, for error messages: "the adapters".
 */
export function openRecords(database: string, what: string): Records {
  const store = strictStore(database);
  const guard = <T>(work: () => Promise<T>) => inWords(what, work);
  return {
    read: (...wanted) => guard(() => getMany(wanted, store)),
    keys: (prefix) => guard(async () => (await keys<string>(store)).filter((key) => key.startsWith(prefix))),
    write: (...changes) => guard(() => writeAll(store, changes)),
    update: (key, change) => guard(() => updateOne(store, key, change)),
    remove: (...unwanted) => guard(() => delMany(unwanted, store)),
  };
}

const STORE = 'records';

/**
 * As idb-keyval's store, which opens the database, but a write has reached the disk before it is said to be done: what
 * the page said that it keeps, a power cut does not take.
 */
function strictStore(database: string): UseStore {
  const store = createStore(database, STORE);
  return (mode, use) => {
    if (mode === 'readonly') return store(mode, use);
    return store('readonly', ({ transaction: { db } }) =>
      use(db.transaction(STORE, mode, { durability: 'strict' }).objectStore(STORE)),
    );
  };
}

/** One transaction. idb-keyval's setMany keeps its first records if a later one cannot be cloned; this gives them up. */
function writeAll(store: UseStore, changes: readonly Change[]): Promise<void> {
  return store('readwrite', (records) => {
    try {
      for (const [key, value] of changes) records.put(compact(value), key);
    } catch (error) {
      records.transaction.abort();
      throw error;
    }
    return promisifyRequest(records.transaction);
  });
}

function updateOne(store: UseStore, key: string, change: (value: unknown) => unknown): Promise<void> {
  return store(
    'readwrite',
    (records) =>
      new Promise((resolve, reject) => {
        const request = records.get(key);
        request.onsuccess = () => {
          try {
            records.put(change(request.result), key);
            resolve(promisifyRequest(records.transaction));
          } catch (error) {
            records.transaction.abort();
            reject(error);
          }
        };
        request.onerror = () => reject(request.error);
      }),
  );
}

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
      throw problem(
        `There is no room left in this browser's storage for ${what}.`,
        'browser storage',
        'Download adapters and delete them here, or free space on the disk.',
      );
    }
    throw problem(
      `This browser could not keep or read ${what}${name ? ` (${name})` : ''}.`,
      'browser storage',
      'Storage may be switched off, as in a private window: open the page in a normal window, and download what you want to keep.',
    );
  }
}
