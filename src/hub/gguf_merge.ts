import { WRITABLE_TYPES, type WritableType } from '../containers/gguf_blocks';
import type { GgufTensorType } from '../containers/gguf_types';
import { tensorKind } from '../containers/gguf_types';
import { copyGguf, type GgufContent, type GgufStream, type GgufValue } from '../containers/gguf_write';
import type { GgufModel } from './gguf_model';
import type { HubTensor } from './gguf_tensors';
import type { RowsChange } from './source';

/** Values that are in memory at once, but for one head. */
const MOST_VALUES = 2 ** 21;

/**
 * A copy of a model's file with some of its tensors changed: an adapter merged into it. Tensors that do not change are copied as they
 * are. Those that do keep their type where it can be written; what was packed more tightly becomes Q8_0, or F16 where its rows are
 * no whole blocks.
 *
 * @param where Name of the file, for error messages
 * @param changes By the path of the leaf
 * @param metadata What the copy says otherwise than the file; null leaves a key out
 */
export function changedGguf(
  model: GgufModel,
  where: string,
  changes: ReadonlyMap<string, RowsChange>,
  metadata: ReadonlyMap<string, GgufValue | null> = new Map(),
): GgufStream {
  const tensors = new Map<string, GgufContent>();
  let isRetyped = false;
  for (const [path, change] of changes) {
    const tensor = model.tensors.get(path);
    if (!tensor) throw new RangeError(`The model has no ${path}.`);
    const type = writableType(tensor);
    isRetyped ||= type !== tensor.type;
    tensors.set(tensor.name, { type, chunks: () => changedRows(model, path, tensor, type, change) });
  }
  // Which types a file has mostly: readers count them where it does not say.
  const counted = isRetyped ? ([['general.file_type', null]] as const) : [];
  return copyGguf(model.source, model.header, where, { metadata: new Map([...counted, ...metadata]), tensors });
}

const isWritable = (type: GgufTensorType): type is WritableType => (WRITABLE_TYPES as readonly string[]).includes(type);

function writableType({ type, shape }: HubTensor): WritableType {
  if (isWritable(type)) return type;
  return shape.at(-1)! % tensorKind('Q8_0').elements === 0 ? 'Q8_0' : 'F16';
}

async function* changedRows(
  model: GgufModel,
  path: string,
  { shape }: HubTensor,
  type: WritableType,
  change: RowsChange,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const columns = shape.at(-1)!;
  const total = shape.length === 1 ? 1 : shape[0]!;
  const { headDim } = model.config; // rows may change their places within a head
  const heads = Math.max(1, Math.floor(MOST_VALUES / (columns * headDim)));
  for (let first = 0; first < total; first += heads * headDim) {
    const rows = await model.readRows(path, first, Math.min(heads * headDim, total - first));
    change(rows, first);
    yield model.encode(path, rows, type);
  }
}
