/** A database of IndexedDB with one store, opened again whenever its connection has been closed. */
import { promisifyRequest, type UseStore } from 'idb-keyval';

const STORE = 'records';

/**
 * A browser closes a connection where a person clears the site's data, and another tab asks for it where it deletes the database:
 * what is asked for next opens, or makes, the database anew. A write has reached the disk before it is said to be done: what the
 * page said that it keeps, a power cut does not take.
 */
export function openDatabase(name: string): UseStore {
  let opened: Promise<IDBDatabase> | null = null;
  const forget = () => {
    opened = null;
  };
  const connection = () => {
    opened ??= connect(name, forget);
    return opened;
  };
  return async (mode, use) => {
    const db = await connection();
    try {
      return await use(begin(db, mode));
    } catch (error) {
      if (isOpen(db)) throw error;
      forget(); // the browser has closed it and does not say so before this
      return use(begin(await connection(), mode));
    }
  };
}

/** @param forget called when the connection is no longer to be used */
async function connect(name: string, forget: () => void): Promise<IDBDatabase> {
  try {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    const db = await promisifyRequest(request);
    db.onclose = forget;
    db.onversionchange = () => {
      db.close(); // what is under way comes to its end
      forget();
    };
    return db;
  } catch (error) {
    forget();
    throw error;
  }
}

const begin = (db: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore =>
  db.transaction(STORE, mode, mode === 'readwrite' ? { durability: 'strict' } : {}).objectStore(STORE);

function isOpen(db: IDBDatabase): boolean {
  try {
    db.transaction(STORE, 'readonly').abort();
    return true;
  } catch {
    return false;
  }
}
