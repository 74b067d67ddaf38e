import backwardSource from '../../shaders/matmul.backward.wgsl';
import backwardWeightSource from '../../shaders/matmul.backward_weight.wgsl';
import forwardSource from '../../shaders/matmul.forward.wgsl';
import tiledBackwardSource from '../../shaders/matmul_tiled.backward.wgsl';
import tiledBackwardWeightSource from '../../shaders/matmul_tiled.backward_weight.wgsl';
import tiledForwardSource from '../../shaders/matmul_tiled.forward.wgsl';
import wideBackwardSource from '../../shaders/matmul_wide.backward.wgsl';
import wideBackwardWeightSource from '../../shaders/matmul_wide.backward_weight.wgsl';
import wideForwardSource from '../../shaders/matmul_wide.forward.wgsl';
import type { GpuFacts } from '../gpu/facts';
import { flat, kernel, read, weights, write } from '../gpu/kernel';
import { reshape, type Tensor, WEIGHT_TYPES } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

/** Sizes of G products side by side; G = 1 is a plain product. */
export type MatmulSizes = Readonly<Record<'N' | 'J' | 'I' | 'G' | 'O', number>>;

const flops = ({ N, G, I, O }: MatmulSizes) => 2 * N * G * I * O;

/** The three products by one method: an invocation computes a tile of rows × channels. */
const kernels = (
  label: string,
  sources: { forward: string; backward: string; backwardWeight: string },
  { rows, channels, WORKGROUP }: { rows: number; channels: number; WORKGROUP: number },
) => {
  const overrides = { WORKGROUP, ADD: false, SCALE: 1 };
  const workgroups = (height: number, groups: number, width: number) =>
    flat(Math.ceil(height / rows) * groups * Math.ceil(width / channels), WORKGROUP);
  return {
    forward: kernel({
      label: `${label}.forward`,
      source: sources.forward,
      overrides,
      sizesIn: 'uniform',
      bindings: { x: read('N J I'), weight: weights('G I O', WEIGHT_TYPES), y: write('N G O') },
      workgroups: ({ N, G, O }) => workgroups(N, G, O),
      flops,
    }),
    backward: kernel({
      label: `${label}.backward`,
      source: sources.backward,
      overrides,
      sizesIn: 'uniform',
      bindings: { dy: read('N G O'), weight: weights('G I O', WEIGHT_TYPES), dx: write('N J I') },
      workgroups: ({ N, J, I }) => workgroups(N, J, I),
      flops,
    }),
    backwardWeight: kernel({
      label: `${label}.backward_weight`,
      source: sources.backwardWeight,
      overrides,
      sizesIn: 'uniform',
      bindings: { x: read('N J I'), dy: read('N G O'), dweight: write('G I O') },
      workgroups: ({ G, I, O }) => workgroups(I, G, O),
      flops,
    }),
  };
};

/** The plain way, for any size. */
export const matmulKernels = kernels(
  'matmul',
  { forward: forwardSource, backward: backwardSource, backwardWeight: backwardWeightSource },
  { rows: 1, channels: 1, WORKGROUP: 64 },
);

/** 8 × 8 sums in the registers of each invocation; no workgroup memory. Channels in multiples of 4. */
export const matmulTiledKernels = kernels(
  'matmul_tiled',
  { forward: tiledForwardSource, backward: tiledBackwardSource, backwardWeight: tiledBackwardWeightSource },
  { rows: 8, channels: 8, WORKGROUP: 32 },
);

/** 16 × 16 sums an invocation, too many for a GPU's registers: for software GPUs, whose loads are what costs. */
export const matmulWideKernels = kernels(
  'matmul_wide',
  { forward: wideForwardSource, backward: wideBackwardSource, backwardWeight: wideBackwardWeightSource },
  { rows: 16, channels: 16, WORKGROUP: 16 },
);

/** Multiplications from which 16 × 16 tiles are faster: below, there are too few of them for every processor. */
const WIDE_FROM = 2 ** 20;

/** The kind of GPU that will run the product; a tape knows it. */
type Target = Pick<GpuFacts, 'software'>;

/**
 * The fastest way that these sizes allow: `height` × `width` is what is written, for each group. LoRA's products, thin in
 * one direction, are not worth the compilation of 16 × 16 tiles, three times that of 8 × 8.
 */
function waysFor(height: number, width: number, { N, I, G, O }: MatmulSizes, { software }: Target) {
  if (I % 4 !== 0 || O % 4 !== 0 || height < 8 || width < 8) return matmulKernels;
  const large = Math.min(height, width, I, O) >= 16 && N * G * I * O >= WIDE_FROM;
  return software && large ? matmulWideKernels : matmulTiledKernels;
}

export const forwardKernel = (sizes: MatmulSizes, target: Target) => waysFor(sizes.N, sizes.O, sizes, target).forward;

export const backwardKernel = (sizes: MatmulSizes, target: Target) => waysFor(sizes.N, sizes.I, sizes, target).backward;

export const backwardWeightKernel = (sizes: MatmulSizes, target: Target) =>
  (sizes.N < 4 ? matmulKernels : waysFor(sizes.I, sizes.O, sizes, target)).backwardWeight;

/**
 * y[n,g,o] = scale · Σ_i x[n,j,i] · weight[g,i,o], where j = g, or 0 if all groups share one input (J = 1).
 * @param addTo the product is added to this tensor, which is returned; several products may be
 * @throws Error where J is neither 1 nor G
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
  tape.call(forwardKernel(sizes, tape), { x, weight, y }, { SCALE, ADD: addTo !== undefined });
  tape.differentiable(y, [x, weight], (dy) => {
    if (tape.needs(weight)) {
      const { d: dweight, ADD } = tape.gradient(weight);
      tape.call(backwardWeightKernel(sizes, tape), { x, dy, dweight }, { SCALE, ADD });
    }
    if (tape.needs(x)) {
      const { d: dx, ADD } = tape.gradient(x);
      tape.call(backwardKernel(sizes, tape), { dy, weight, dx }, { SCALE, ADD });
    }
  });
  return y;
}

/**
 * y[n,o] = scale · Σ_i x[n,i] · weight[o,i], for a weight that is stored by outputs: what a linear's backward computes,
 * with x in the place of dy; so all three products are those of a linear from O to I.
 * @param addTo the product is added to this tensor, which is returned; several products may be
 */
export function linearRows(
  tape: Tape,
  {
    x,
    weight,
    scale: SCALE = 1,
    addTo,
  }: { x: Tensor<'N I'>; weight: Tensor<'O I'>; scale?: number; addTo?: Tensor<'N O'> },
): Tensor<'N O'> {
  const { N, I } = x.sizes;
  const { O } = weight.sizes;
  const y = addTo ?? tape.activation(`${x.label} · ${weight.label}`, 'N O', { N, O });
  const sizes = { N, J: 1, I: O, G: 1, O: I };
  const inputs = (t: Tensor<'N I'>) => reshape(t, 'N G O', sizes);
  const outputs = (t: Tensor<'N O'>) => reshape(t, 'N J I', sizes);
  const matrix = (t: Tensor<'O I'>) => reshape(t, 'G I O', sizes);
  tape.call(
    backwardKernel(sizes, tape),
    { dy: inputs(x), weight: matrix(weight), dx: outputs(y) },
    { SCALE, ADD: addTo !== undefined },
  );
  tape.differentiable(y, [x, weight], (dy) => {
    if (tape.needs(weight)) {
      const { d, ADD } = tape.gradient(weight);
      const tensors = { x: outputs(dy), dy: inputs(x), dweight: matrix(d) };
      tape.call(backwardWeightKernel(sizes, tape), tensors, { SCALE, ADD });
    }
    if (tape.needs(x)) {
      const { d, ADD } = tape.gradient(x);
      tape.call(forwardKernel(sizes, tape), { x: outputs(dy), weight: matrix(weight), y: inputs(d) }, { SCALE, ADD });
    }
  });
  return y;
}
