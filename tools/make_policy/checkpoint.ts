import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX } from '../../src/hub/files';
import type { ModelConfig } from '../../src/model/config';
import { elements, type Leaf, leavesOf } from '../../src/model/tree';
import { formOf, type LeafForm } from '../../src/policy/leaf_form';
import type { Naming } from '../../src/policy/naming';
import { safetensorsHeader } from '../safetensors_header';
import { groupsOf, RandomWeights, type Values } from './values';

export interface CheckpointOptions {
  readonly naming: Naming;
  readonly dtype: 'BF16' | 'F32';
  readonly shards: number;
  readonly seed: number;
}

/** A tensor to write. */
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its values in order, piece by piece. */
  readonly pieces: (weights: RandomWeights) => Iterable<Values>;
}

/** Writes the weights of a policy into a folder, as they are made. @returns bytes of all files */
export function writeCheckpoint(config: ModelConfig, folder: string, options: CheckpointOptions): number {
  const { naming, dtype, shards, seed } = options;
  const tensors = leavesOf(config).flatMap((leaf) => tensorsOf(leaf, formOf(leaf, naming), naming));
  const weights = new RandomWeights(seed, dtype);
  const files = shardsOf(tensors, shards);
  const names = files.map((_, n) => (shards === 1 ? 'model.safetensors' : shardName(n, files.length)));
  let bytes = 0;
  for (const [n, file] of files.entries()) bytes += writeFile(join(folder, names[n]!), file, weights, dtype);
  if (shards > 1) {
    const map = files.flatMap((file, n) => file.map(({ name }) => [name, names[n]]));
    const json = { metadata: { total_size: bytes }, weight_map: Object.fromEntries(map) };
    writeFileSync(join(folder, INDEX), `${JSON.stringify(json, null, 2)}\n`);
  }
  return bytes;
}

const shardName = (n: number, of: number) =>
  `model-${String(n + 1).padStart(5, '0')}-of-${String(of).padStart(5, '0')}.safetensors`;

function tensorsOf(leaf: Leaf, { names, shape, turned }: LeafForm, naming: Naming): Tensor[] {
  const layers = leaf.stacked ? leaf.shape[0]! : 1;
  const { groups } = groupsOf(leaf);
  return names.flatMap((ofLayer, first) =>
    ofLayer.map((name, module) => ({
      name: naming === 'LeRobot' ? `model.${name}` : name,
      shape,
      *pieces(weights: RandomWeights) {
        for (let layer = first; layer < (names.length === 1 ? layers : first + 1); layer++) {
          if (turned)
            for (let n = 0; n < turned.groups; n++)
              yield weights.turned(leaf, layer, module * turned.groups + n, turned);
          else for (let group = 0; group < groups; group++) yield* weights.group(leaf, layer, group);
        }
      },
    })),
  );
}

/** Neighbours together, about as many bytes in each file. */
function shardsOf(tensors: readonly Tensor[], count: number): Tensor[][] {
  const total = tensors.reduce((sum, { shape }) => sum + elements(shape), 0);
  const files: Tensor[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const tensor of tensors) {
    files[Math.min(count - 1, Math.floor((before / total) * count))]!.push(tensor);
    before += elements(tensor.shape);
  }
  return files.filter((file) => file.length > 0);
}

/** @returns bytes of the file */
function writeFile(path: string, tensors: readonly Tensor[], weights: RandomWeights, dtype: 'BF16' | 'F32'): number {
  const header = safetensorsHeader(tensors, dtype);
  const file = openSync(path, 'w');
  try {
    let bytes = writeSync(file, header);
    for (const { pieces } of tensors) for (const piece of pieces(weights)) bytes += writeAll(file, piece);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** One call of the system may write less than it was given. */
function writeAll(file: number, { buffer, byteOffset, byteLength }: Values): number {
  for (let at = 0; at < byteLength; ) at += writeSync(file, new Uint8Array(buffer, byteOffset + at, byteLength - at));
  return byteLength;
}
