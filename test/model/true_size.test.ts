import { expect, test } from 'vitest';
import type { ConfiguredKind } from '../../src/filter/named_model';
import type { Variants } from '../../src/filter/stock';
import { checkConfig } from '../../src/model/config';
import { leavesOf } from '../../src/model/tree';
import { countedModels, type ModelId, modelNamed, plannedModels, trueSizeModel } from '../../src/model/true_size';
import { shapesOf, treeNames } from '../filter/trees';

const ofOpenpi = plannedModels.filter(({ task }) => task === 'actions');

test('every tree of openpi is there', () => {
  const known = new Set<string>([...ofOpenpi, ...countedModels].map(({ id }) => id));
  expect(treeNames.filter((name) => !known.has(name))).toEqual([]);
});

test.each<[string, number, number]>([
  // The backbone, 2,508,531,712; SigLIP, 414,803,696; π0.5's expert, 427,932,672, and projections, 2,165,792.
  ['pi05', 51, 2_508_531_712 + 414_803_696 + 427_932_672 + 2_165_792],
  ['pi05_ae_lora', 61, 2_508_531_712 + 414_803_696 + 427_932_672 + 2_165_792 + 22_118_400],
  ['pi05_pg_lora', 61, 2_508_531_712 + 414_803_696 + 427_932_672 + 2_165_792 + 27_869_184],
  ['pi0_fast', 32, 2_508_531_712 + 414_803_696],
  ['pi0_fast_lora', 42, 2_508_531_712 + 414_803_696 + 27_869_184],
])('%s: %i leaves, %i parameters', (id, leaves, parameters) => {
  expect([...plannedModels, ...countedModels].find((model) => model.id === id)).toMatchObject({ leaves, parameters });
});

const LORA = { paligemma_variant: 'gemma_2b_lora', action_expert_variant: 'gemma_300m_lora' };
const NONE = { paligemma_variant: 'gemma_2b', action_expert_variant: 'gemma_300m' };

test.each<[ConfiguredKind, Variants | null, ModelId | null]>([
  ['π0', NONE, 'full'],
  ['π0', LORA, 'all_lora'],
  ['π0', { ...NONE, paligemma_variant: 'gemma_2b_lora' }, 'pg_lora'],
  ['π0', { ...NONE, action_expert_variant: 'gemma_300m_lora' }, 'ae_lora'],
  ['π0', { paligemma_variant: 'dummy', action_expert_variant: 'dummy' }, 'dummy'],
  ['π0.5', NONE, 'pi05'],
  ['π0.5', LORA, 'pi05_all_lora'],
  ['π0-FAST', NONE, 'pi0_fast'],
  ['π0-FAST', LORA, 'pi0_fast_lora'],
  ['π0', { ...NONE, paligemma_variant: 'gemma_9b' }, null],
  ['π0.5', { ...NONE, action_expert_variant: 'gemma_1b' }, null],
  ['π0', null, null],
])('%s with %o is %s', (kind, variants, id) => expect(modelNamed({ kind, variants })).toBe(id));

test.each(ofOpenpi.filter(({ id }) => treeNames.includes(id)))(
  '$id: each path and shape is that of openpi',
  ({ id, leaves }) => {
    const { config } = trueSizeModel(id);
    checkConfig(config);
    const ours = Object.fromEntries(leavesOf(config).map(({ path, shape }) => [path, shape]));
    expect(ours).toEqual(shapesOf(id));
    expect(Object.keys(ours)).toHaveLength(leaves);
  },
);

test('the text model is the backbone alone', () => {
  const { config } = trueSizeModel('text_2b_lora');
  checkConfig(config);
  const backbone = Object.entries(shapesOf('pg_lora')).filter(([path]) => /llm/.test(path) && !path.includes('_1/'));
  expect(leavesOf(config).map(({ path, shape }) => [path, shape])).toEqual(backbone);
});
