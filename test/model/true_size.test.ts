import { expect, test } from 'vitest';
import { checkConfig } from '../../src/model/config';
import { leavesOf } from '../../src/model/tree';
import { plannedModels, trueSizeModel } from '../../src/model/true_size';
import { shapesOf, treeNames } from '../filter/trees';

const ofOpenpi = plannedModels.filter(({ task }) => task === 'actions');

test('every tree of openpi is there, but for π0.5, whose norms take a condition', () => {
  expect([...ofOpenpi.map(({ id }) => id), 'pi05_all_lora'].toSorted()).toEqual(treeNames.toSorted());
});

test.each(ofOpenpi)('$id: each path and shape is that of openpi', ({ id, leaves }) => {
  const { config } = trueSizeModel(id);
  checkConfig(config);
  const ours = Object.fromEntries(leavesOf(config).map(({ path, shape }) => [path, shape]));
  expect(ours).toEqual(shapesOf(id));
  expect(Object.keys(ours)).toHaveLength(leaves);
});

test('the text model is the backbone alone', () => {
  const { config } = trueSizeModel('text_2b_lora');
  checkConfig(config);
  const backbone = Object.entries(shapesOf('pg_lora')).filter(([path]) => /llm/.test(path) && !path.includes('_1/'));
  expect(leavesOf(config).map(({ path, shape }) => [path, shape])).toEqual(backbone);
});
