import { expect, test } from 'vitest';
import { PolicyBase } from '../../src/base/policy_base';
import { layerSize, leavesOf } from '../../src/model/tree';
import { openPolicy } from '../../src/policy/checkpoint';
import { configJson, folderOf, leafValues, NAMINGS, tensorOf, tensorsOf } from '../policy/checkpoints';

test.each(NAMINGS)('leaves of a policy are read a layer at a time, in float32: %s', async (naming) => {
  const tensors = [...tensorsOf('π0', naming)].map(([name, values]) => [name, tensorOf(values, 'F32')] as const);
  const source = await openPolicy(folderOf(new Map(tensors), configJson('π0')));
  const { weights, config } = new PolicyBase(source, { id: 'p', licence: '' });
  const exact = leafValues('π0');
  for (const leaf of leavesOf(config)) {
    const size = layerSize(leaf);
    const layer = leaf.stacked ? 1 : 0;
    const part = exact.get(leaf.path)!.values.slice(layer * size, (layer + 1) * size);
    expect(await weights.read(leaf, layer)).toEqual(Float32Array.from(part));
  }
});
