import type { Dataset, Group } from 'hdf5-indexed-reader/dist/hdf5-indexed-reader.esm.js';
import { ProblemError, problem } from '../problem';
import type { ChunkedArray } from './chunked_array';
import { chunkedLayout, type ReadBytes } from './hdf5_layout';
import { partOf } from './part';
import type { StoredFile } from './stored_file';

/** An HDF5 file: its arrays by their path, "observations/qpos", and the attributes of its groups by theirs, "" for the file's own. */
export interface Hdf5File {
  readonly arrays: ReadonlyMap<string, ChunkedArray>;
  readonly attributes: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** Arrays and groups of a file that can be real. */
const MOST_ENTRIES = 100_000;
const DEEPEST = 16;
/** Bytes of a file that its structure may take, and how often it may be asked for: a damaged one could lead in a circle. */
const MAX_STRUCTURE = 2 ** 28;
const MOST_READS = 20_000_000;
const BLOCK = 2 ** 14;
const KEPT_BLOCKS = 512;

/**
 * Opens an HDF5 file: its structure is read, and of its arrays nothing until their rows are asked for.
 * @throws ProblemError that names the file
 */
export async function openHdf5(file: StoredFile): Promise<Hdf5File> {
  const { openH5File } = await import('hdf5-indexed-reader/dist/hdf5-indexed-reader.esm.js');
  const blob = await file.open();
  if (await isNewer(blob))
    throw problem(`${CALLED}: it is laid out as only newer versions of HDF5 do.`, file.path, REWRITE);
  const arrays = new Map<string, ChunkedArray>();
  const attributes = new Map<string, Readonly<Record<string, unknown>>>();
  const reader = structureReader(blob);
  const content: ReadBytes = (from, bytes) => partOf(blob, from, from + bytes).arrayBuffer();
  const walk = async (group: Group, path: string, depth: number) => {
    if (depth > DEEPEST || arrays.size + attributes.size > MOST_ENTRIES) throw new Error('it holds too many groups');
    attributes.set(path, await attributesOf(group));
    for (const key of group.keys) {
      const child = await group.get(key);
      const below = path === '' ? key : `${path}/${key}`;
      if (child && 'keys' in child && !('shape' in child)) await walk(child, below, depth + 1);
      else if (child) arrays.set(below, await arrayOf(child as Dataset, content, reader.read));
    }
  };
  try {
    await walk(await openH5File({ reader, index: {} }), '', 0);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw problem(`${CALLED}: ${why}.`, file.path, COPY);
  }
  return { arrays, attributes };
}

const CALLED = 'The file is an HDF5 file (ALOHA, robomimic) that cannot be read';
const OTHERWISE =
  'convert it to LeRobot, for ALOHA with convert_aloha_data_to_lerobot.py of openpi, or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E)';
const COPY = `Copy the file again from where it was recorded, or ${OTHERWISE}.`;
const REWRITE = `Rewrite it with h5repack IN OUT, or ${OTHERWISE}.`;

/** Whether it is laid out as versions from 1.8 on do where they are asked to: whose groups the package does not find its way through. */
async function isNewer(blob: Blob): Promise<boolean> {
  const [version = 0] = new Uint8Array(await blob.slice(8, 9).arrayBuffer());
  return version >= 2;
}

/** Attributes are not needed: those that cannot be read are left out. */
async function attributesOf(group: Group): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await group.attrs;
  } catch {
    return {}; // kinds of values that the reader does not know, in some files of h5py
  }
}

/** Reads in blocks, keeps the last ones, and gives up where a file asks for more than any structure takes. */
function structureReader(blob: Blob) {
  const blocks = new Map<number, Uint8Array>();
  let bytes = 0;
  let reads = 0;
  const block = async (n: number): Promise<Uint8Array> => {
    const kept = blocks.get(n);
    if (kept) return kept;
    const found = new Uint8Array(await partOf(blob, n * BLOCK, Math.min(blob.size, (n + 1) * BLOCK)).arrayBuffer());
    bytes += found.length;
    if (bytes > MAX_STRUCTURE) throw new Error('its structure is too large');
    if (blocks.size >= KEPT_BLOCKS) blocks.delete(blocks.keys().next().value!);
    blocks.set(n, found);
    return found;
  };
  return {
    async read(from: number, length: number): Promise<ArrayBuffer> {
      partOf(blob, from, from + length); // refuses what lies outside
      if (++reads > MOST_READS || length > MAX_STRUCTURE) throw new Error('its structure is too large');
      const found = new Uint8Array(length);
      for (let at = from; at < from + length; ) {
        const n = Math.floor(at / BLOCK);
        const part = (await block(n)).subarray(at - n * BLOCK, from + length - n * BLOCK);
        found.set(part, at - from);
        at += part.length;
      }
      return found.buffer;
    },
  };
}

const LAYOUT_MESSAGE = 8;

async function arrayOf({ shape, dtype, _dataobjects: messages }: Dataset, content: ReadBytes, structure: ReadBytes) {
  const [layout] = messages.find_msg_type(LAYOUT_MESSAGE);
  if (!layout) throw new Error('an array does not say where it is');
  const kind = await dtype;
  const filters = (await messages.get_filter_pipeline()) ?? [];
  return chunkedLayout({
    shape: await shape,
    dtype: typeof kind === 'string' ? kind : 'object',
    message: layout.get('offset_to_message')!,
    filters: filters.map((one) => ({
      id: Number(one.get('filter_id')),
      name: String(one.get('filter_name') ?? one.get('name') ?? '').replaceAll('\0', ''),
    })),
    structure,
    content,
  });
}
