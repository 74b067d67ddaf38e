/** Where each tensor of a model lies: the headers of its files, and the index of several. */
import { type ByteSource, blobSource, readSlice } from '../containers/byte_source';
import {
  checkFileBytes,
  headerBytes,
  placeOf,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type TensorPlace,
} from '../containers/safetensors';
import { parseShallow } from '../containers/shallow_json';
import type { StoredFile } from '../containers/stored_file';
import { excerpt, problem } from '../problem';
import { readText, refusePointer } from '../recording/files';
import { fieldsOf } from '../recording/json';
import { shown } from './fields';
import { type WeightFiles, weightsOf } from './files';
import { FRESH } from './ways_out';

/** A file of weights, its header read. */
export interface WeightsFile {
  readonly path: string;
  readonly source: ByteSource;
  readonly places: ReadonlyMap<string, TensorPlace>;
}

/** The largest small file of a model: an index of hundreds of thousands of tensors. */
const MOST_TEXT = 64 * 2 ** 20;

/**
 * The files of a model's weights, as many as there are.
 * @throws ProblemError where one is missing, cut off or a Git LFS pointer, or a tensor is not where the index says
 */
export async function openShards(files: WeightFiles): Promise<WeightsFile[]> {
  const found = weightsOf(files);
  if ('whole' in found) return [await openWeights(found.whole)];
  const { index } = found;
  const map = readIndex(await readModelJson(index), index.path);
  const names = [...new Set(map.values())].sort();
  const missing = names.filter((name) => !files.beside.has(name));
  if (missing.length > 0)
    throw problem(
      `${missing.length} of ${names.length} files of weights are missing: ${excerpt(missing.join(', '), 200)}.`,
      index.path,
      'Add them, or choose the whole folder.',
    );
  const shards: WeightsFile[] = [];
  for (const name of names) shards.push(await openWeights(files.beside.get(name)!));
  checkMap(map, names, shards);
  return shards;
}

/** What a small file of a model says. @throws ProblemError where it is no JSON, or none that can be walked through */
export async function readModelJson(file: StoredFile): Promise<unknown> {
  const text = await readText(file, MOST_TEXT);
  try {
    return parseShallow(text);
  } catch {
    throw problem('The file is no JSON.', file.path, FRESH);
  }
}

/** The file of each tensor, without folders. */
function readIndex(json: unknown, where: string): ReadonlyMap<string, string> {
  const map = fieldsOf(fieldsOf(json).get('weight_map'));
  if (map.size === 0) throw problem('Its weight_map names no tensor.', where, FRESH);
  for (const [name, file] of map)
    if (typeof file !== 'string' || !/^[^/\\\0]+\.safetensors$/.test(file))
      throw problem(`Its weight_map says ${shown(file)}, which is no file of weights.`, placeOf(name, where), FRESH);
  return map as ReadonlyMap<string, string>;
}

/** @throws ProblemError where index and headers do not say the same */
function checkMap(map: ReadonlyMap<string, string>, names: string[], shards: WeightsFile[]): void {
  for (const [name, file] of map) {
    const { places, path } = shards[names.indexOf(file)]!;
    if (!places.has(name))
      throw problem(
        `The index says that it is in ${excerpt(file)}, and there it is not.`,
        placeOf(name, path),
        WRONG_SHARD,
      );
  }
  for (const [n, { places, path }] of shards.entries())
    for (const name of places.keys())
      if (map.get(name) !== names[n])
        throw problem('The index does not say that it is here.', placeOf(name, path), WRONG_SHARD);
}

const WRONG_SHARD = 'The file is of another model, or of another state of it: take fresh copies of all of them.';

/** A file of weights. @throws ProblemError where it is cut off, or is none */
export async function openWeights(file: StoredFile): Promise<WeightsFile> {
  const { path } = file;
  await refusePointer(file);
  const source = blobSource(await file.open());
  const header = await readHeader(source, path);
  checkFileBytes(header, source.size, path);
  return { path, source, places: header.places };
}

/** The header of a file of which no more is read. */
async function readHeader(source: ByteSource, where: string): Promise<SafetensorsHeader> {
  const read = (end: number) => readSlice(source, 0, Math.min(end, source.size), where);
  return readSafetensorsHeader(await read(headerBytes(await read(8), where)), where);
}
