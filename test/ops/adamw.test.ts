import { expect, test } from 'vitest';
import { type Call, call } from '../../src/gpu/kernel';
import { tensor } from '../../src/gpu/tensor';
import { adamwKernels } from '../../src/ops/adamw';
import { gradientNormKernels, PARTIAL_SUMS, STATE_NUMBERS } from '../../src/ops/gradient_norm';
import { maxError, memory, randoms, runAndRead, upload } from '../gpu';
import { adamw } from '../reference/adamw';
import { gradientNorm } from '../reference/gradient_norm';

const P = 300; // no multiple of the workgroup
const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
const BETAS = { BETA1: options.beta1, BETA2: options.beta2 };
const weights = randoms(P, 1);

/** A parameter with what updates it, by clipped gradients as a step does it. */
function optimizer(clipNorm: number) {
  const t = {
    weights: upload('P', { P }, weights),
    gradient: upload('P', { P }),
    moment1: upload('P', { P }),
    moment2: upload('P', { P }),
    state: upload('E', { E: STATE_NUMBERS }, [0, 0, 1, 1, 0, 0, 0, 0]),
    step: tensor('step', '', {}, { kind: 'inputs', use: 'uniform' }),
  };
  memory.upload(t.step, Float32Array.of(options.learningRate));
  const { gradient, state } = t;
  const partials = upload('W', { W: PARTIAL_SUMS });
  const calls: Call[] = [
    call(gradientNormKernels.partial, { gradient, partials }),
    call(gradientNormKernels.finish, { partials, loss: upload('', {}, [1]), state }, { ...BETAS, CLIP_NORM: clipNorm }),
    call(adamwKernels.update, t, { ...BETAS, EPSILON: options.epsilon, WEIGHT_DECAY: options.weightDecay }),
  ];
  const apply = async (values: number[]) => {
    memory.upload(gradient, Float32Array.from(values));
    return runAndRead(calls, t.weights);
  };
  return { ...t, apply };
}

test.each([1, 1e6])('ten steps agree with the reference, clipped at norm %d', async (clipNorm) => {
  const gradients = Array.from({ length: 10 }, (_, seed) => randoms(P, seed + 2).map((g) => g * 10 ** (seed - 6)));
  const clipped = gradients.map((gradient) => {
    const { factor } = gradientNorm(gradient, clipNorm);
    return gradient.map((g) => g * factor);
  });
  const { apply } = optimizer(clipNorm);
  let w: number[] = [];
  for (const gradient of gradients) w = await apply(gradient);
  expect(maxError(w, adamw(weights, clipped, options))).toBeLessThan(2e-6);
  expect(maxError(w, weights)).toBeGreaterThan(0.01);
});

test('a gradient that is not finite changes neither weights nor moments', async () => {
  const { apply, moment1, moment2 } = optimizer(1);
  const w = await apply(randoms(P, 2));
  const [m, v] = [await runAndRead([], moment1), await runAndRead([], moment2)];
  expect(await apply(randoms(P, 3).map((g, i) => (i === 7 ? Number.NaN : g)))).toEqual(w);
  expect(await runAndRead([], moment1)).toEqual(m);
  expect(await runAndRead([], moment2)).toEqual(v);
  expect(await apply(randoms(P, 3))).not.toEqual(w);
});

test('sizes that disagree are named', () => {
  const { apply, ...tensors } = optimizer(1);
  const wrong = { ...tensors, moment2: upload('P', { P: 299 }) };
  expect(() => call(adamwKernels.update, wrong)).toThrow('adamw.update: P is 300 in moment1 but 299 in moment2');
});
