/** Makes the tensors of a checkpoint out of leaves as openpi has them: the way back of leaf_reader.ts, by the same table. */
import { elements, type Leaf } from '../model/tree';
import { formOf, type LeafForm } from './leaf_form';
import { type Naming, nameIn } from './naming';
import type { LeafChange, PolicySource } from './source';

/** A tensor that is made when it is asked for. */
export interface MadeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, a layer at a time where it holds several. @throws ProblemError as PolicySource.read does */
  readonly values: () => AsyncIterable<Float32Array<ArrayBuffer>>;
}

/** The tensors of a leaf under the names of a checkpoint, in the order of the layers, changed. */
export function changedTensors(source: PolicySource, leaf: Leaf, naming: Naming, change: LeafChange): MadeTensor[] {
  const form = formOf(leaf, naming);
  const layers = leaf.stacked ? leaf.shape[0]! : 1;
  return form.names.flatMap((ofLayer, layer) =>
    ofLayer.map((name, n) => ({
      name: nameIn(naming, name),
      shape: form.shape,
      async *values() {
        const [from, to] = form.names.length < layers ? [0, layers] : [layer, layer + 1];
        for (let l = from; l < to; l++) {
          const share = elements(leaf.shape) / layers / ofLayer.length;
          const values = await partOf(source, leaf.path, l, n * share, share);
          change(values, l, n * share);
          yield asStored(values, form);
        }
      },
    })),
  );
}

/** Some values of a layer. */
async function partOf(source: PolicySource, path: string, layer: number, begin: number, count: number) {
  const part = new Float32Array(count);
  await source.read(path, layer, 'f32', (first, values) => {
    const from = Math.max(first, begin);
    const to = Math.min(first + values.length, begin + count);
    if (from < to) part.set(values.subarray(from - first, to - first), from - begin);
  });
  return part;
}

/** A tensor out of the values that it holds, as openpi has them. */
export function asStored(values: Float32Array<ArrayBuffer>, { turned }: LeafForm): Float32Array<ArrayBuffer> {
  if (!turned) return values;
  const { groups, inputs, outputs, channels } = turned;
  const stored = new Float32Array(values.length);
  for (let line = 0; line < groups * inputs; line++) {
    const input = line % inputs;
    const column = (input % channels) * (inputs / channels) + Math.floor(input / channels);
    const begin = (line - input) * outputs + column;
    for (let out = 0; out < outputs; out++) stored[begin + out * inputs] = values[line * outputs + out]!;
  }
  return stored;
}
