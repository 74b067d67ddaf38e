import { expect, test } from 'vitest';
import { Memory } from '../../src/gpu/memory';
import { tensor } from '../../src/gpu/tensor';
import { uploadParameters } from '../../src/model/load';
import { elements } from '../../src/model/tree';
import { normals, randomStream } from '../../src/random';
import { type RecordedTextStep, recordTextStep } from '../../src/tasks/text/step';
import { taskInputs } from '../../src/train/record';
import { TrainingStep } from '../../src/train/step';
import { device, memory } from '../gpu';
import { randomBatch } from '../model/data';
import { exceptLora, OPTIMIZER, parametersOf, SMALL } from '../model/small';

const parameters = parametersOf(exceptLora);
const recorded = recordTextStep(SMALL, parameters, { B: 2, T: 9, M: 1 }, OPTIMIZER, { software: false });
const batch = randomBatch(2, 9, SMALL.vocabSize, 1);

const MINUTE = 60_000; // a slow machine compiles for a while

type Values = [name: string, values: ArrayBufferView<ArrayBuffer>][];

test(
  'inputs are bound by name: their order says nothing, and one that is missing is named',
  async () => {
    let change = (values: Values): Values => values;
    const { inputs } = recorded;
    const prepare: typeof inputs.prepare = (...given) =>
      Object.fromEntries(change(Object.entries(inputs.prepare(...given))));
    const changed: RecordedTextStep = { ...recorded, inputs: { ...inputs, prepare } };
    const own = new Memory(device);
    uploadParameters(own, parameters, ({ shape, path }) => normals(elements(shape), randomStream('weights', path)));
    const step = await TrainingStep.create(own, changed);
    const loss = await step.evaluate([batch]);
    expect(loss).toBeGreaterThan(0);
    change = (values) => values.toReversed();
    expect(await step.evaluate([batch])).toBe(loss);
    change = (values) => values.filter(([name]) => name !== 'queryBlock');
    await expect(step.evaluate([batch])).rejects.toThrow('queryBlock: no bytes given, 72 expected');
    own.destroy();
  },
  MINUTE,
);

test('a name that is left out does not compile', () => {
  const tensors = {
    tokens: tensor('tokens', 'N', { N: 1 }, { kind: 'inputs', type: 'u32' }),
    weight: tensor('weight', 'N', { N: 1 }, { kind: 'inputs' }),
  };
  const others = { constants: () => [], counted: () => 1 };
  const tokens = Uint32Array.of(1);
  // @ts-expect-error weight has no values: what is caught here is the type
  expect(taskInputs({ ...others, tensors, prepare: () => ({ tokens }) }).tensors).toBe(tensors);
  // @ts-expect-error weight has no values, and whoever does not compile is told all the same
  expect(() => memory.uploadAll(tensors, { tokens })).toThrow('weight has no values');
});
