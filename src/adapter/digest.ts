/** The hash of plain data as a database keeps it, to see whether what comes back is what was put in. */

import { sha256OfBytes } from '../containers/sha256';

/** SHA-256, hexadecimal, of a value and all that is in it: the same for equal numbers, texts, lists, objects and typed arrays. */
export async function digestOf(value: unknown): Promise<string> {
  return sha256OfBytes(new TextEncoder().encode(await written(value)));
}

/** The value in one way only, its typed arrays by their own hashes. JSON has no NaN, no −0, and no typed arrays. */
async function written(value: unknown): Promise<string> {
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    return `${value.constructor.name} ${await sha256OfBytes(bytes)}`;
  }
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (const item of value) items.push(await written(item)); // one array after the other: hashing copies it
    return `[${items.join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const items: string[] = [];
    for (const [key, item] of Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      items.push(`${JSON.stringify(key)}:${await written(item)}`);
    return `{${items.join()}}`;
  }
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
