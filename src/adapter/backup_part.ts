/** The parts of a backup, each called by the hash of what is in it. */
import { sha256OfBytes } from '../containers/sha256';
import type { ZipEntry, ZipInput } from '../containers/zip';
import { outcome, problem } from '../problem';

export type Bytes = Uint8Array<ArrayBuffer>;

export const textBytes = (text: string): Bytes => new TextEncoder().encode(text);

/** @param ending how its name ends */
export const partOf = async (folder: string, ending: string, content: Bytes): Promise<ZipInput> => ({
  name: `${folder}${await sha256OfBytes(content)}${ending}`,
  content,
});

/**
 * What is in a part.
 * @param where the part that a person is told of
 * @throws ProblemError where that is not what the part is called by
 */
export async function checkedBytes(entry: ZipEntry, where = entry.name): Promise<Bytes> {
  const [, hash] = /\/([0-9a-f]{64})\.(?:safetensors|json|bin)$/.exec(entry.name) ?? [];
  const read = await outcome(async () => {
    if (entry.compressionMethod !== 0) throw new Error('it is packed in a way in which no backup is');
    return new Uint8Array(await (await entry.blob()).arrayBuffer());
  });
  if (read.ok && hash === (await sha256OfBytes(read.value))) return read.value;
  throw damaged(where);
}

export const damaged = (where: string) =>
  problem('This part of the backup is damaged and was left out.', where, 'Restore it from another copy of the file.');
