import backwardSource from '../../shaders/matmul.backward.wgsl';
import backwardWeightSource from '../../shaders/matmul.backward_weight.wgsl';
import forwardSource from '../../shaders/matmul.forward.wgsl';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;
const overrides = { WORKGROUP, ADD: false, SCALE: 1 };

/** G products side by side; G = 1 is a plain product. All sizes work. */
export const matmulKernels = {
  forward: kernel({
    label: 'matmul.forward',
    source: forwardSource,
    overrides,
    bindings: { x: read('N J I'), weight: weights('G I O'), y: write('N G O') },
    workgroups: ({ N, G, O }) => flat(N * G * O, WORKGROUP),
    flops: ({ N, G, I, O }) => 2 * N * G * I * O,
  }),
  backward: kernel({
    label: 'matmul.backward',
    source: backwardSource,
    overrides,
    bindings: { dy: read('N G O'), weight: weights('G I O'), dx: write('N J I') },
    workgroups: ({ N, J, I }) => flat(N * J * I, WORKGROUP),
    flops: ({ N, G, I, O }) => 2 * N * G * I * O,
  }),
  backwardWeight: kernel({
    label: 'matmul.backward_weight',
    source: backwardWeightSource,
    overrides,
    bindings: { x: read('N J I'), dy: read('N G O'), dweight: write('G I O') },
    workgroups: ({ G, I, O }) => flat(G * I * O, WORKGROUP),
    flops: ({ N, G, I, O }) => 2 * N * G * I * O,
  }),
};

/** Sizes of one product: what a variant is chosen by. */
export type MatmulSizes = Readonly<Record<'N' | 'J' | 'I' | 'G' | 'O', number>>;

export function forwardKernel(_sizes: MatmulSizes): typeof matmulKernels.forward {
  return matmulKernels.forward;
}

export function backwardKernel(_sizes: MatmulSizes): typeof matmulKernels.backward {
  return matmulKernels.backward;
}

export function backwardWeightKernel(_sizes: MatmulSizes): typeof matmulKernels.backwardWeight {
  return matmulKernels.backwardWeight;
}

/**
 * y[n,g,o] = scale · Σ_i x[n,j,i] · weight[g,i,o], where j = g, or 0 if all groups share one input (J = 1).
 * @param addTo the product is added to this tensor, which is returned; several products may be
 */
export function linear(
  tape: Tape,
  {
    x,
    weight,
    scale: SCALE = 1,
    addTo,
  }: { x: Tensor<'N J I'>; weight: Tensor<'G I O'>; scale?: number; addTo?: Tensor<'N G O'> },
): Tensor<'N G O'> {
  const sizes = { ...x.sizes, ...weight.sizes };
  const { J, G } = sizes;
  if (J !== 1 && J !== G) throw new Error(`${weight.label} has ${G} groups, but ${x.label} has ${J}: not 1, not ${G}`);
  const y = addTo ?? tape.activation(`${x.label} · ${weight.label}`, 'N G O', sizes);
  tape.call(forwardKernel(sizes), { x, weight, y }, { SCALE, ADD: addTo !== undefined });
  tape.differentiable(y, [x, weight], (dy) => {
    if (tape.needs(weight)) {
      const { d: dweight, ADD } = tape.gradient(weight);
      tape.call(backwardWeightKernel(sizes), { x, dy, dweight }, { SCALE, ADD });
    }
    if (tape.needs(x)) {
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(backwardKernel(sizes), { dy, weight, dx }, { SCALE, ADD });
    }
  });
  return y;
}
