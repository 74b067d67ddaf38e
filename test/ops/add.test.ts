import { expect, test } from 'vitest';
import { call } from '../../src/gpu/kernel';
import { reshape, type Tensor } from '../../src/gpu/tensor';
import { add, addKernels } from '../../src/ops/add';
import { geglu } from '../../src/ops/geglu';
import { Tape } from '../../src/tape/tape';
import { maxError, numericalGradient, randoms, runAndRead, trainable, upload } from '../gpu';
import * as reference from '../reference/add';
import * as gegluReference from '../reference/geglu';
import { differentiateFrom } from './differentiate';

type NC = Tensor<'N C'>;

const sizes = { N: 7, C: 31 };
const a = randoms(sizes.N * sizes.C, 1);
const b = randoms(sizes.N * sizes.C, 2);
const dy = randoms(sizes.N * sizes.C, 3);

test('forward', async () => {
  const tape = new Tape();
  const y = add(tape, { a: upload('N C', sizes, a), b: upload('N C', sizes, b) });
  expect(maxError(await runAndRead(tape.forward, y), reference.add(a, b))).toBeLessThan(1e-6);
});

test('backward', async () => {
  const da = upload('N C', sizes, a);
  const tensors = { dy: upload('N C', sizes, dy), da };
  const expected = numericalGradient((at) => reference.add(at, b), a, dy);
  const set = call(addKernels.backward, tensors);
  expect(maxError(await runAndRead([set], da), expected)).toBeLessThan(1e-6);
  const added = call(addKernels.backward, tensors, { ADD: true });
  expect(
    maxError(
      await runAndRead([added], da),
      expected.map((v) => 2 * v),
    ),
  ).toBeLessThan(1e-6);
});

test('the tape sends the gradient both ways: copied to a, shared with b', async () => {
  const tape = new Tape();
  const few = { N: 3, G: 2, F: 5 };
  const inputs = [randoms(30, 4), randoms(30, 5)];
  const gradient = randoms(15, 6);
  const parameters = inputs.map((values) => trainable('N G F', few, values));
  const [left, right] = parameters.map((x) => reshape(geglu(tape, { x }), 'N C', { N: 3, C: 5 })) as [NC, NC];
  differentiateFrom(tape, add(tape, { a: left, b: right }), gradient);
  const labels = tape.backward.map((c) => c.kernel.label);
  expect(labels).toEqual(['add.backward', 'add.backward', 'geglu.backward', 'geglu.backward']); // the first is the loss
  await runAndRead([...tape.forward, ...tape.backward], left);
  for (const [i, parameter] of parameters.entries()) {
    const expected = numericalGradient((at) => gegluReference.geglu(at, 5), inputs[i] as number[], gradient);
    expect(maxError(await runAndRead([], parameter.gradient as typeof parameter), expected)).toBeLessThan(1e-5);
  }
});

test('a parameter may not be b', () => {
  const sum = { a: upload('N C', sizes, a), b: trainable('N C', sizes, b) };
  expect(() => add(new Tape(), sum)).toThrow('cannot be shared');
});

test('sizes that disagree are named', () => {
  const tensors = { a: upload('N C', sizes), b: upload('N C', { N: 7, C: 30 }), y: upload('N C', sizes) };
  expect(() => call(addKernels.forward, tensors)).toThrow('add.forward: C is 31 in a but 30 in b');
});
