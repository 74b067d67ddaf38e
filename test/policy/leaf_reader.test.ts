import { expect, test } from 'vitest';
import { blobSource } from '../../src/containers/byte_source';
import { SLICE_BYTES } from '../../src/hub/stream';
import { LeafReader, type PlacedLeaf } from '../../src/policy/leaf_reader';
import { normals, randomStream } from '../../src/random';
import { transposed } from './checkpoints';

const [GROUPS, OUTPUTS, INPUTS] = [2, 1601, 1403];
const values = normals(GROUPS * OUTPUTS * INPUTS, randomStream('large'));

/** A leaf of two matrices, each larger than a slice, in one tensor that begins at an odd byte. */
function leafOf(turned: PlacedLeaf['turned']): PlacedLeaf {
  const blob = new Blob([new Uint8Array(3), values]);
  const file = { path: 'large.safetensors', source: blobSource(blob), places: new Map() };
  const shape = [GROUPS * OUTPUTS, INPUTS];
  const tensor = { name: 'large', dtype: 'F32', shape, begin: 3, end: blob.size, file } as const;
  const row = { path: 'large', reader: 'embed.table', axes: {}, stacked: false } as const;
  return { leaf: { path: 'large', shape, stacked: false, row }, tensors: [[tensor]], turned };
}

const areEqual = (one: Float32Array, other: Float32Array) =>
  Buffer.from(one.buffer, one.byteOffset, one.byteLength).equals(
    Buffer.from(other.buffer, other.byteOffset, other.byteLength),
  );

test('a tensor larger than a slice comes in parts, in order', async () => {
  const read = new Float32Array(values.length);
  const firsts: number[] = [];
  await new LeafReader().read(leafOf(null), 0, 'f32', (first, part) => {
    firsts.push(first);
    read.set(part, first);
  });
  expect(firsts).toEqual([0, SLICE_BYTES / 4, SLICE_BYTES / 2]);
  expect(areEqual(read, values)).toBe(true);
});

test('each group of a turned one is one part, and its transpose', async () => {
  const turned = { groups: GROUPS, inputs: INPUTS, outputs: OUTPUTS, channels: 1 };
  const size = OUTPUTS * INPUTS;
  expect(4 * size).toBeGreaterThan(SLICE_BYTES);
  const firsts: number[] = [];
  await new LeafReader().read(leafOf(turned), 0, 'f32', (first, part) => {
    firsts.push(first);
    expect(areEqual(part, transposed(values.subarray(first, first + size), [OUTPUTS, INPUTS]).values)).toBe(true);
  });
  expect(firsts).toEqual([0, size]);
  await expect(new LeafReader().read(leafOf(turned), 1, 'f32', () => undefined)).rejects.toThrow('has no layer 1');
});
