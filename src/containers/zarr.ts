import { type Problem, ProblemError, problem } from '../problem';
import { unpackBlosc } from './blosc';
import type { ChunkedArray } from './chunked_array';
import { unpackLz4 } from './lz';
import { numberKind } from './npy';
import { parseShallow } from './shallow_json';
import type { StoredFile } from './stored_file';

const MAX_CHUNK_BYTES = 2 ** 28;
const WAY_OUT =
  'Write it again with numcodecs.Blosc(cname="zstd") and zarr_format=2, or save its arrays with numpy.savez as state (F, S), action (F, A) and episode_ends (E).';

/**
 * The arrays of a Zarr store of version 2, by their path, "data/action"; a piece is read when it is asked for. Arrays that cannot be read are
 * told and left out.
 * @param files of the store, by their path in it
 */
export async function openZarr(
  files: ReadonlyMap<string, StoredFile>,
  problems: Problem[],
): Promise<ReadonlyMap<string, ChunkedArray>> {
  const arrays = new Map<string, ChunkedArray>();
  for (const [path, file] of files) {
    const folder = /^(.*\/)?\.zarray$/.exec(path);
    try {
      if (/(^|\/)zarr\.json$/.test(path))
        throw problem('The Zarr store is of version 3; version 2 is read.', file.path, WAY_OUT);
      if (folder) arrays.set((folder[1] ?? '').slice(0, -1), await arrayOf(file, folder[1] ?? '', files));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(error.problem);
    }
  }
  return arrays;
}

interface Compressor {
  /** As the file has it. */
  readonly id: unknown;
}

/** .zarray, as far as it is used. */
interface Description {
  readonly shape: number[];
  readonly chunks: number[];
  readonly dtype: unknown;
  readonly compressor?: Compressor | null;
  readonly filters?: readonly Compressor[] | null;
  readonly order?: string;
  readonly dimension_separator?: string;
  readonly fill_value?: unknown;
}

async function arrayOf(
  file: StoredFile,
  folder: string,
  files: ReadonlyMap<string, StoredFile>,
): Promise<ChunkedArray> {
  const {
    shape,
    chunks,
    dtype,
    compressor,
    filters,
    order,
    dimension_separator: separator = '.',
    fill_value: fill,
  } = await described(file);
  const wrong = (what: string) => problem(`The array cannot be read: ${what}.`, file.path, WAY_OUT);
  if (filters && filters.length > 0)
    throw wrong(`it went through "${String(filters[0]?.id).slice(0, 40)}", which is not read here`);
  if (order === 'F' && shape.length > 1) throw wrong('it is laid out by columns');
  const codec = compressor?.id ?? null;
  if (!isCodec(codec)) throw wrong(`it is compressed with "${String(codec).slice(0, 40)}", which is not read here`);
  const kind = typeof dtype === 'string' ? dtype : 'object';
  const bytes = chunks.reduce((all, size) => all * size, numberKind(kind)?.size ?? 0);
  if (!(bytes <= MAX_CHUNK_BYTES)) throw wrong(`it claims a piece of ${bytes} bytes`);
  return {
    shape,
    dtype: kind,
    chunk: chunks,
    async read(place) {
      const found = files.get(`${folder}${place.length > 0 ? place.join(separator) : '0'}`);
      if (found) return unpacked(new Uint8Array(await (await found.open()).arrayBuffer()), codec, bytes);
      if (fill) throw new Error('a piece is missing');
      return null;
    },
  };
}

async function described(file: StoredFile): Promise<Description> {
  const wrong = (why: string) =>
    problem(
      `The description of an array cannot be read: ${why}.`,
      file.path,
      'Copy the store again from where it was recorded.',
    );
  if (file.bytes > 2 ** 20) throw wrong(`it has ${file.bytes} bytes`);
  let json: unknown;
  try {
    json = parseShallow(await (await file.open()).text());
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  const description = json as Description | null;
  const areCounts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!description || !areCounts(description.shape) || !areCounts(description.chunks)) throw wrong('it names no shape');
  return description;
}

/** How a piece is compressed; null: it is not. */
type Codec = 'zlib' | 'gzip' | 'zstd' | 'lz4' | 'blosc' | null;

const CODECS: readonly unknown[] = ['zlib', 'gzip', 'zstd', 'lz4', 'blosc', null] satisfies Codec[];

const isCodec = (id: unknown): id is Codec => CODECS.includes(id);

/** A piece as it was before it was compressed. @throws Error where it is damaged */
async function unpacked(bytes: Uint8Array, codec: Codec, length: number): Promise<Uint8Array> {
  if (codec === 'blosc') return unpackBlosc(bytes, MAX_CHUNK_BYTES);
  if (codec === 'lz4') return unpackLz4(bytes.subarray(4), length); // behind how long it is
  if (codec === 'zstd') {
    const { decompress } = await import('fzstd');
    return decompress(bytes, new Uint8Array(length));
  }
  if (codec === null) return bytes;
  const { decompressSync } = await import('fflate');
  return decompressSync(bytes, { out: new Uint8Array(length) });
}
