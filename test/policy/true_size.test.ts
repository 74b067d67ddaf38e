import { closeSync, ftruncateSync, mkdtempSync, openAsBlob, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countParameters, elements, leavesOf } from '../../src/model/tree';
import { trueSizeModel } from '../../src/model/true_size';
import { openPolicy } from '../../src/policy/checkpoint';
import { formOf } from '../../src/policy/leaf_form';
import { safetensorsHeader } from '../../tools/safetensors_header';
import { stored } from '../hub/model';
import { KINDS, NAMINGS } from './checkpoints';

const folder = mkdtempSync(join(tmpdir(), 'adaptab-true-size-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Node's blobs of files cannot be of 4 GiB or more. */
const SHARD_BYTES = 1.5e9;

/** A file that has its length, and takes no room on the disk: behind the header nothing is written. */
async function hollow(name: string, tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]) {
  const header = safetensorsHeader(tensors, 'BF16');
  const path = join(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, header);
  ftruncateSync(file, header.byteLength + 2 * countParameters(tensors));
  closeSync(file);
  return stored(`pi0/${name}`, await openAsBlob(path));
}

const cases = KINDS.flatMap((kind) => NAMINGS.map((naming) => ({ kind, naming })));

test.each(cases)('$kind at its true size, by names of $naming, from its shapes alone', async ({ kind, naming }) => {
  const model = trueSizeModel('full').config;
  const config = kind === 'π0' ? model : { ...model, pi05: true };
  const tensors = leavesOf(config).flatMap((leaf) => {
    const { names, shape } = formOf(leaf, naming);
    return names.flat().map((name) => ({ name: naming === 'LeRobot' ? `model.${name}` : name, shape }));
  });
  const shards: (typeof tensors)[] = [];
  let bytes = SHARD_BYTES;
  for (const tensor of tensors) {
    if (bytes >= SHARD_BYTES) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(tensor);
    bytes += 2 * elements(tensor.shape);
  }
  const names = shards.map((_, n) => `model-0000${n + 1}-of-0000${shards.length}.safetensors`);
  const map = Object.fromEntries(shards.flatMap((shard, n) => shard.map(({ name }) => [name, names[n]])));
  const files = shards.map((shard, n) => hollow(names[n]!, shard));
  const index = stored('pi0/model.safetensors.index.json', JSON.stringify({ weight_map: map }));
  const policy = await openPolicy([index, ...(await Promise.all(files))]);
  expect(policy.config).toEqual(config);
  expect(policy.bytes).toBeGreaterThan(kind === 'π0' ? 6.4e9 : 6.6e9);
  expect([...(await policy.readRows([257_151]))]).toEqual(Array.from({ length: 2048 }, () => 0));
  let count = 0;
  await policy.read('PaliGemma/llm/layers/attn/q_einsum_1/w', 17, 'bf16', (first, values) => {
    expect(first).toBe(count);
    count += values.length;
  });
  expect(count).toBe(8 * 1024 * 256);
});
