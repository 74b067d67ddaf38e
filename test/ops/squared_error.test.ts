import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { squaredError, squaredErrorKernels } from '../../src/ops/squared_error';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/squared_error';

const sizes = { N: 71, C: 19 };
const count = sizes.N * sizes.C;
const v = randoms(count, 1);
const wanted = randoms(count, 2);
const weight = randoms(count, 3).map((w, i) => (i % 5 === 0 ? 0 : Math.abs(w)));
const errors = (at: number[]) => reference.squaredError(at, wanted, weight, sizes.C);
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const dvExpected = numericalGradient(
  errors,
  v,
  randoms(sizes.N, 0).map(() => 1),
);
const inputs = () => ({ wanted: upload('N C', sizes, wanted), weight: upload('N C', sizes, weight) });

test('forward: an error of each row, and the loss added', async () => {
  const tape = new Tape();
  const error = upload('N', sizes);
  const loss = upload('', {}, [3]);
  squaredError(tape, { ...inputs(), v: upload('N C', sizes, v), error, loss });
  expect(maxError(await runAndRead(tape.forward, error), errors(v))).toBeLessThan(1e-6);
  expect(maxError(await runAndRead([], loss), [3 + sum(errors(v))])).toBeLessThan(1e-6);
});

test('backward', async () => {
  const dv = upload('N C', sizes, v);
  const tensors = { ...inputs(), v: upload('N C', sizes, v), dv };
  const set = call(squaredErrorKernels.backward, tensors);
  expect(maxError(await runAndRead([set], dv), dvExpected)).toBeLessThan(1e-5);
  const add = call(squaredErrorKernels.backward, tensors, { ADD: true });
  expect(
    maxError(
      await runAndRead([add], dv),
      dvExpected.map((d) => 2 * d),
    ),
  ).toBeLessThan(1e-5);
});

test('the tape begins with its gradient, if anything needs it', async () => {
  const tape = new Tape();
  const parameter = trainable('N C', sizes, v);
  const results = () => ({ error: upload('N', sizes), loss: upload('', {}) });
  squaredError(tape, { ...inputs(), ...results(), v: parameter });
  tape.differentiate();
  const dv = await runAndRead([...tape.forward, ...tape.backward], parameter.gradient as typeof parameter);
  expect(maxError(dv, dvExpected)).toBeLessThan(1e-5);
  const frozen = new Tape();
  squaredError(frozen, { ...inputs(), ...results(), v: upload('N C', sizes, v) });
  frozen.differentiate();
  expect(frozen.backward).toEqual([]);
});

test('sizes that disagree are named', () => {
  const wrong = { ...inputs(), v: upload('N C', sizes), error: upload('N', { N: 70 }) };
  expect(() => call(squaredErrorKernels.forward, wrong)).toThrow(
    'squared_error.forward: N is 71 in weight but 70 in error',
  );
});
