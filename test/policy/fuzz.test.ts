import { expect, test } from 'vitest';
import { writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { Naming } from '../../src/policy/naming';
import { ProblemError } from '../../src/problem';
import { encode, stored } from '../hub/model';
import { mutated } from '../hub/mutate';
import { configJson, configOfKind, NAMINGS, tensorOf, tensorsOf } from './checkpoints';

/** Whether a policy was read to its end; anything but a Problem is a failure. */
async function isRead(files: readonly StoredFile[]): Promise<boolean> {
  try {
    const policy = await openPolicy(files);
    for (const { path, stacked, shape } of leavesOf(policy.config)) {
      const layers = stacked ? shape[0]! : 1;
      let count = 0;
      for (let layer = 0; layer < layers; layer++)
        await policy.read(path, layer, 'bf16', (_, values) => {
          count += values.length;
        });
      expect(count, path).toBe(shape.reduce((product, n) => product * n, 1));
    }
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/** Header and data of a π0. */
function fileOf(naming: Naming) {
  const tensors = new Map([...tensorsOf('π0', naming)].map(([name, tensor]) => [name, tensorOf(tensor, 'BF16')]));
  const bytes = writeSafetensors(tensors);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.subarray(8 + length) };
}

/** The file with another header. */
function withHeader(json: unknown, data: Uint8Array): Blob {
  const header = encode(JSON.stringify(json));
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
  return new Blob([prefix, header, new Uint8Array(data)]);
}

test.each(NAMINGS)('1,000 headers of %s, their statements changed', async (naming) => {
  const { header, data } = fileOf(naming);
  const config = stored('p/config.json', JSON.stringify(configJson('π0')));
  expect(await isRead([config, stored('p/model.safetensors', withHeader(header, data))])).toBe(true);
  let reads = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const changed = withHeader(mutated(header, seed), data);
    if (await isRead([config, stored('p/model.safetensors', changed)])) reads++;
  }
  expect(reads).toBeLessThan(200); // where a change took no effect
});

test('1,000 configurations, their statements changed', async () => {
  const { header, data } = fileOf('openpi PyTorch');
  const weights = stored('p/model.safetensors', withHeader(header, data));
  const json = {
    ...configJson('π0'),
    chunk_size: 50,
    max_action_dim: 3,
    normalization_mapping: { STATE: 'MEAN_STD', ACTION: 'MEAN_STD' },
    input_features: { 'observation.images.top': { type: 'VISUAL', shape: [3, 6, 6] } },
    image_resolution: [6, 6],
    vocab_size: configOfKind('π0').vocabSize,
  };
  let reads = 0;
  for (let seed = 0; seed < 1000; seed++)
    if (await isRead([stored('p/config.json', JSON.stringify(mutated(json, seed))), weights])) reads++;
  expect(reads).toBeGreaterThan(100); // what nobody asks about, or what openpi's own stands in for
  expect(reads).toBeLessThan(900);
});
