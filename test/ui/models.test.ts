import { expect, test } from 'vitest';
import { views } from '../../src/ui/app/views';
import { Workbench } from '../../src/ui/bench/workbench';
import type { OpenedModel } from '../../src/worker/api';
import { catalogue, TrainerDouble } from './trainer_double';

const [shipped] = catalogue.bases;
const MODEL: OpenedModel = {
  ...shipped!,
  id: 'model-1',
  name: 'tiny-llama',
  task: 'text',
  family: 'llama',
  depth: 3,
  width: 64,
  fileBytes: 1000,
  copyBytes: 1100,
  storedAs: ['BF16'],
  template: null,
  notes: [],
};

test('a model that is opened before the page knows its bases is one of them, and chosen', async () => {
  const double = new TrainerDouble();
  const told = Promise.withResolvers<void>();
  const { catalogue: tell } = double;
  double.catalogue = async () => {
    await told.promise;
    return tell();
  };
  double.openModel = async () => ({ ok: true, value: MODEL });
  const bench = new Workbench(double, views);
  const starting = bench.open();
  const opening = bench.models.open([{ path: 'tiny-llama/config.json', file: new File([], 'config.json') }]);
  expect(bench.models.opening).toBe(true);
  told.resolve();
  await Promise.all([starting, opening]);
  expect(bench.base).toBe('model-1');
  expect(bench.bases.map(({ id }) => id)).toEqual([shipped!.id, 'model-1']);
});
