import backwardSource from '../../shaders/rope.backward.wgsl';
import forwardSource from '../../shaders/rope.forward.wgsl';
import { flat, kernel, read, write } from '../gpu/kernel';
import type { Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';

const WORKGROUP = 64;

export const ropeKernels = {
  forward: kernel({
    label: 'rope.forward',
    source: forwardSource,
    overrides: { WORKGROUP, ROTATED: 0, FIRST: 0 },
    bindings: {
      x: read('B T G H'),
      angles: read('Z H'),
      position: read('B T', 'u32'),
      slot: read('B T', 'u32'),
      y: write('B S D H'),
    },
    workgroups: ({ B, T, G, H }) => flat((B * T * G * H) / 2, WORKGROUP),
    flops: ({ B, T, G, H }) => 3 * B * T * G * H,
  }),
  backward: kernel({
    label: 'rope.backward',
    source: backwardSource,
    overrides: { WORKGROUP, ROTATED: 0, FIRST: 0, ADD: false },
    bindings: {
      dy: read('B S D H'),
      angles: read('Z H'),
      position: read('B T', 'u32'),
      slot: read('B T', 'u32'),
      dx: write('B T G H'),
    },
    workgroups: ({ B, T, G, H }) => flat((B * T * G * H) / 2, WORKGROUP),
    flops: ({ B, T, G, H }) => 3 * B * T * G * H,
  }),
};

/**
 * Writes x to y at y[b, slot[b,t]], group g of x to group first + g of y: the first `rotated` groups of x turned by their
 * position, the others as they are. Several calls may fill one y (two experts, keys and values, a cache); no two positions
 * may share a slot.
 * @param angles row l: H/2 cosines, then H/2 sines, of position l
 * @param position row of angles of each position of x
 * @param slot where in y's S axis; S or more is nowhere, so nothing is written
 * @param first the group of y for the first of x
 * @throws Error where H is odd, or x has more groups than y has room for
 */
export function rope(
  tape: Tape,
  {
    x,
    angles,
    position,
    slot,
    rotated: ROTATED,
    y,
    first: FIRST = 0,
  }: {
    x: Tensor<'B T G H'>;
    angles: Tensor<'Z H'>;
    position: Tensor<'B T'>;
    slot: Tensor<'B T'>;
    rotated: number;
    y: Tensor<'B S D H'>;
    first?: number;
  },
): void {
  if (x.sizes.H % 2 !== 0)
    throw new Error(`rope: ${x.label} has heads of ${x.sizes.H}, an odd size; no halves to rotate`);
  if (FIRST + x.sizes.G > y.sizes.D)
    throw new Error(
      `rope: ${y.label} has ${y.sizes.D} groups, none for all ${x.sizes.G} of ${x.label} from ${FIRST} on`,
    );
  tape.call(ropeKernels.forward, { x, angles, position, slot, y }, { ROTATED, FIRST });
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(ropeKernels.backward, { dy, angles, position, slot, dx }, { ROTATED, FIRST, ADD });
  });
}
