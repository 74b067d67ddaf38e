import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSafetensors, type StoredTensor, toFloat32, writeSafetensors } from '../../src/containers/safetensors';
import type { StoredFile } from '../../src/containers/stored_file';
import { fromBf16, toBf16, toF16 } from '../../src/floats';
import { leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import type { PolicySource, ValuesOf } from '../../src/policy/source';
import { fixture, oddFile, stored } from '../hub/model';
import { configJson, folderOf, KINDS, leafValues, NAMINGS, SMALL, tensorOf, tensorsOf } from './checkpoints';

const open = (kind: (typeof KINDS)[number], naming: (typeof NAMINGS)[number], dtype: 'F32' | 'BF16', shards = 1) =>
  openPolicy(
    folderOf(
      new Map([...tensorsOf(kind, naming)].map(([name, tensor]) => [name, tensorOf(tensor, dtype)])),
      configJson(kind),
      shards,
    ),
  );

/** A whole leaf, layer after layer; its parts come in order, and without holes. */
async function readLeaf<T extends keyof ValuesOf>(policy: PolicySource, path: string, type: T): Promise<number[]> {
  const { shape, stacked } = leavesOf(policy.config, policy.kind).find((leaf) => leaf.path === path)!;
  const whole: number[] = [];
  for (let layer = 0; layer < (stacked ? shape[0]! : 1); layer++) {
    const before = whole.length;
    await policy.read(path, layer, type, (first, values) => {
      expect(before + first).toBe(whole.length);
      whole.push(...values);
    });
  }
  return whole;
}

describe('the same leaves out of every checkpoint, bit for bit', () => {
  const cases = NAMINGS.flatMap((naming) =>
    KINDS.flatMap((kind) =>
      (['F32', 'BF16'] as const).flatMap((dtype) => [1, 3].map((shards) => ({ naming, kind, dtype, shards }))),
    ),
  );
  test.each(cases)('$kind, names of $naming, $dtype, files: $shards', async ({ naming, kind, dtype, shards }) => {
    const policy = await open(kind, naming, dtype, shards);
    expect([policy.naming, policy.kind, policy.name]).toEqual([naming, kind, 'policy']);
    expect(policy.config).toEqual(SMALL);
    for (const [path, { values }] of leafValues(kind)) {
      expect(await readLeaf(policy, path, 'f32'), path).toEqual([...values]);
      expect(await readLeaf(policy, path, 'bf16'), path).toEqual([...toBf16(Float32Array.from(values))]);
      expect(policy.storedAs(path)).toBe(dtype);
    }
  });
});
