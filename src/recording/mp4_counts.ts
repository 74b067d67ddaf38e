import { partOf } from '../containers/part';
import { bytesOf } from './files';

/** Boxes of an .mp4 that hold others, on the way to those that count samples. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf']);
/** Boxes that count samples, and how many bytes into their content the count stands. */
const COUNTED = new Map([
  ['stsz', 8],
  ['stz2', 8],
  ['trun', 4],
]);
const MAX_BOXES = 100_000;

/** Most samples that a table of the file claims; a demuxer makes its list of them before anybody can look at it. */
export async function claimedSamples(blob: Blob, path: string, maxTableBytes: number): Promise<number> {
  let most = 0;
  let at = 0;
  for (let boxes = 0; boxes < MAX_BOXES && at + 8 <= blob.size; boxes++) {
    const head = boxAt(new DataView(await bytesOf(partOf(blob, at, Math.min(at + 16, blob.size)), path)), 0);
    if (!head) break;
    const end = head.size === 0 ? blob.size : Math.min(at + head.size, blob.size);
    if (CONTAINERS.has(head.type) && end - at <= maxTableBytes)
      most = Math.max(most, mostIn(new DataView(await bytesOf(partOf(blob, at, end), path)), head.header));
    at = end;
  }
  return most;
}

/** The same of what lies in a box, from `at` on. */
function mostIn(view: DataView, from: number): number {
  let most = 0;
  for (let at = from; at + 8 <= view.byteLength; ) {
    const box = boxAt(view, at);
    if (!box) break;
    const end = box.size === 0 ? view.byteLength : Math.min(at + box.size, view.byteLength);
    const count = COUNTED.get(box.type);
    const content = at + box.header;
    if (count !== undefined && content + count + 4 <= end) most = Math.max(most, view.getUint32(content + count));
    if (CONTAINERS.has(box.type))
      most = Math.max(most, mostIn(new DataView(view.buffer, view.byteOffset + at, end - at), box.header));
    at = end;
  }
  return most;
}

/** Size, name and length of the header of the box at a place; null where there can be none. A size of 0 goes on to the end. */
function boxAt(view: DataView, at: number) {
  const short = view.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
  if (short !== 1) return short === 0 || short >= 8 ? { size: short, type, header: 8 } : null;
  if (at + 16 > view.byteLength) return null;
  const size = Number(view.getBigUint64(at + 8));
  return size >= 16 ? { size, type, header: 16 } : null;
}
