import { expect, test, vi } from 'vitest';
import { openGguf } from '../../src/hub/gguf_model';
import { fixture, sourceOf } from '../containers/gguf/file';
import { expectProblem, mutated } from '../containers/gguf/mutate';

vi.setConfig({ testTimeout: 120_000 });

const ROUNDS = 3000;

test(`${ROUNDS} damaged models open, or end in a problem`, async () => {
  const original = fixture('llama.gguf');
  const { header } = await openGguf(sourceOf(original), 'a.gguf');
  const outcomes = { opened: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // Half of them where the metadata lie, half where the tensors are described.
    const bytes = mutated(original, round % 2 === 0 ? 1200 : header.dataBegin, round);
    try {
      const model = await openGguf(sourceOf(bytes), 'a.gguf');
      expect(model.tensors.size).toBeGreaterThan(3);
      await model.readRows([...model.tensors.keys()].at(-2)!, 0, 1);
      outcomes.opened += 1;
    } catch (error) {
      expectProblem(error);
      outcomes.refused += 1;
    }
  }
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 3);
  expect(outcomes.opened).toBeGreaterThan(ROUNDS / 20);
});
