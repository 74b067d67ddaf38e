/** Copies of a folder of the hub with some of its tensors changed. */
import { blobSource, readSlice, slicesFrom } from '../containers/byte_source';
import { quantise } from '../containers/gguf_blocks';
import { headerWith, placeOf, type TensorPlace, toFloat32 } from '../containers/safetensors';
import { nameOf, type StoredFile, type StreamedFile } from '../containers/stored_file';
import { DECODER } from '../leaves/decoder';
import type { FloatDtype } from './elements';
import { INDEX, isBeside, type ModelFiles, type WeightFiles, weightsOf } from './files';
import type { WeightsFile } from './shards';
import type { RowsChange } from './source';
import { SLICE_BYTES } from './stream';

type Changes = ReadonlyMap<string, RowsChange>;

/** The model's files, and those beside them but for weights of other forms. */
export const copyFolder = (files: ModelFiles, weights: readonly WeightsFile[], changes: Changes): StreamedFile[] => [
  ...weights.map((file) => changedWeights(file, changes)),
  ...copyBeside(files),
];

/** What lies beside a model's weights and belongs to it, its index too. */
export function copyBeside(files: WeightFiles): StreamedFile[] {
  const hasIndex = 'index' in weightsOf(files);
  const beside = [...files.beside].filter(([name]) => isBeside(name) || (name === INDEX && hasIndex));
  return beside.map(([name, file]) => copied(name, file));
}

/** A head that is the embedding changes with it, where a file has it all the same. */
export function withTiedHead(changes: Changes): Changes {
  const change = changes.get(DECODER.embedding.path);
  return change ? new Map([...changes, [DECODER.head.path, change]]) : changes;
}

const copied = (name: string, file: StoredFile): StreamedFile => ({
  path: name,
  bytes: file.bytes,
  async *chunks() {
    yield* slicesFrom(blobSource(await file.open()), 0, file.bytes, file.path);
  },
});

function changedWeights(file: WeightsFile, changes: Changes): StreamedFile {
  const changed = [...file.places].filter(([name]) => changes.has(name));
  const made = changed.map(
    ([name, place]) => [name, () => changedRows(file, name, place, changes.get(name)!)] as const,
  );
  return replacedWeights(file, new Map(made));
}

/** Bytes of a tensor, as many as the file has. */
export type Replacement = () => AsyncIterable<Uint8Array<ArrayBuffer>>;

/**
 * A file of weights with other tensors in the place of its own. Each keeps its format and place.
 * @param metadata What its header is to say; without it, the header stays as it is
 */
export function replacedWeights(
  { path, source, places }: WeightsFile,
  replacements: ReadonlyMap<string, Replacement>,
  metadata?: Readonly<Record<string, string>>,
): StreamedFile {
  const replaced = [...places].filter(([name]) => replacements.has(name)).sort(([, a], [, b]) => a.begin - b.begin);
  const head = metadata ? headerWith(places, metadata) : { header: new Uint8Array(), dataBegin: 0 };
  return {
    path: nameOf(path),
    bytes: source.size - head.dataBegin + head.header.length,
    async *chunks() {
      if (metadata) yield head.header;
      let at = head.dataBegin;
      for (const [name, { begin, end }] of replaced) {
        yield* slicesFrom(source, at, begin, path);
        yield* replacements.get(name)!();
        at = end;
      }
      yield* slicesFrom(source, at, source.size, path);
    },
  };
}

/** @throws ProblemError where the format cannot hold a value */
async function* changedRows(
  { path, source }: WeightsFile,
  name: string,
  { dtype, shape, begin, end }: TensorPlace,
  change: RowsChange,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const rowBytes = (end - begin) / (shape.length === 1 ? 1 : shape[0]!);
  const rows = Math.max(1, Math.floor(SLICE_BYTES / rowBytes));
  for (let from = begin; from < end; from += rows * rowBytes) {
    const bytes = await readSlice(source, from, Math.min(end, from + rows * rowBytes), path);
    const values = toFloat32({ dtype, shape, bytes });
    change(values, (from - begin) / rowBytes);
    yield quantise(dtype as FloatDtype, values, placeOf(name, path));
  }
}
