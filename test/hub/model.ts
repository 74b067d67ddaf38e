import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dtype, type StoredTensor, writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { toBf16 } from '../../src/floats';
import { readConfig } from '../../src/hub/config';
import type { WeightSink } from '../../src/hub/source';
import { elements, leavesOf } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import type { Json } from './configs';

/** A model of two layers whose every size is another number, some of them odd. */
export const TINY: Json = {
  architectures: ['Qwen3ForCausalLM'],
  eos_token_id: 3,
  head_dim: 6,
  hidden_size: 5,
  intermediate_size: 7,
  max_position_embeddings: 64,
  model_type: 'qwen3',
  num_attention_heads: 4,
  num_hidden_layers: 2,
  num_key_value_heads: 2,
  tie_word_embeddings: true,
  vocab_size: 11,
};

export const encode = (text: string) => new TextEncoder().encode(text);

export function stored(path: string, content: string | Uint8Array | Blob): StoredFile {
  const blob =
    content instanceof Blob
      ? content
      : new Blob([typeof content === 'string' ? encode(content) : new Uint8Array(content)]);
  return { path, bytes: blob.size, open: async () => blob };
}

/** A folder of the fixtures. */
export const fixture = (folder: string): StoredFile[] =>
  readdirSync(folder).map((name) => stored(`${folder}/${name}`, readFileSync(join(folder, name))));

export function tensorOf(shape: readonly number[], dtype: Dtype, seed: string | number): StoredTensor {
  const values = normals(elements(shape), randomStream('weights', seed));
  const bits =
    dtype === 'F32' ? values : dtype === 'BF16' ? toBf16(values) : Uint16Array.from(values, (x) => 0x3c00 + 9 * x);
  return { dtype, shape, bytes: new Uint8Array(bits.buffer, 0, bits.byteLength) };
}

/** Random weights of a configuration, under the hub's names. */
export function weightsOf(json: Json, dtype: Dtype = 'BF16'): Map<string, StoredTensor> {
  const leaves = leavesOf(readConfig(json, 'config.json').config);
  return new Map(leaves.map(({ path, shape }) => [path, tensorOf(shape, dtype, path)]));
}

/** The files of a model in one folder. */
export const folderOf = (json: Json, weights: ReadonlyMap<string, StoredTensor>, folder = 'model'): StoredFile[] => [
  stored(`${folder}/config.json`, JSON.stringify(json)),
  stored(`${folder}/model.safetensors`, writeSafetensors(weights)),
];

/** A file of safetensors whose data begin at an odd byte, in the order given. */
export function oddFile(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array<ArrayBuffer> {
  const entries: Record<string, unknown> = {};
  let length = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    entries[name] = { dtype, shape, data_offsets: [length, length + bytes.length] };
    length += bytes.length;
  }
  const json = JSON.stringify(entries);
  const header = encode(json.length % 2 === 0 ? `${json} ` : json);
  const file = new Uint8Array(8 + header.length + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** Keeps what a stream hands over, and holds it to what it promises. */
export class KeepingSink implements WeightSink {
  readonly parts = new Map<string, Uint8Array[]>();
  settledTimes = 0;

  write(name: string, offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    const before = this.parts.get(name) ?? [];
    const length = before.reduce((sum, part) => sum + part.length, 0);
    if (offset !== length) throw new Error(`${name}: at ${offset}, after ${length} bytes`);
    if (bytes.length % 4 !== 0 || bytes.length === 0) throw new Error(`${name}: a part of ${bytes.length} bytes`);
    this.parts.set(name, [...before, bytes.slice()]);
  }

  async settled(): Promise<void> {
    this.settledTimes += 1;
  }

  bytes(name: string): number[] {
    return (this.parts.get(name) ?? []).flatMap((part) => [...part]);
  }
}
