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
    overrides: { WORKGROUP, SKIPPED: 0, TAKEN: 1, ROTATED: 0, FIRST: 0 },
    bindings: {
      x: read('B T G H'),
      angles: read('Z H'),
      position: read('B T', 'u32'),
      slot: read('B T', 'u32'),
      y: write('B S D H'),
    },
    workgroups: ({ B, T, H }, { TAKEN }) => flat((B * T * TAKEN! * H) / 2, WORKGROUP),
    flops: ({ B, T, H }, { TAKEN }) => 3 * B * T * TAKEN! * H,
  }),
  backward: kernel({
    label: 'rope.backward',
    source: backwardSource,
    overrides: { WORKGROUP, SKIPPED: 0, TAKEN: 1, ROTATED: 0, FIRST: 0, ADD: false },
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
 * Writes groups of x to y at y[b, slot[b,t]], from group `first` of y on: the first `rotated` of them turned by their
 * position, the others as they are. Several calls may fill one y (two experts, keys and values, a cache); no two positions
 * may share a slot.
 * @param angles row l: H/2 cosines, then H/2 sines, of position l
 * @param position row of angles of each position of x
 * @param slot where in y's S axis; S or more is nowhere, so nothing is written
 * @param skipped groups of x before the first that is taken
 * @param taken how many groups of x are taken; all behind `skipped` where it is not said
 * @param first the group of y for the first that is taken
 * @throws Error where H is odd, or y has no room for the groups that are taken
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
    skipped: SKIPPED = 0,
    taken: TAKEN = x.sizes.G - SKIPPED,
    first: FIRST = 0,
  }: {
    x: Tensor<'B T G H'>;
    angles: Tensor<'Z H'>;
    position: Tensor<'B T'>;
    slot: Tensor<'B T'>;
    rotated: number;
    y: Tensor<'B S D H'>;
    skipped?: number;
    taken?: number;
    first?: number;
  },
): void {
  if (x.sizes.H % 2 !== 0)
    throw new Error(`rope: ${x.label} has heads of ${x.sizes.H}, an odd size; no halves to rotate`);
  if (FIRST + TAKEN > y.sizes.D)
    throw new Error(`rope: ${y.label} has ${y.sizes.D} groups, none for all ${TAKEN} of ${x.label} from ${FIRST} on`);
  const groups = { SKIPPED, TAKEN, ROTATED, FIRST };
  tape.call(ropeKernels.forward, { x, angles, position, slot, y }, groups);
  tape.differentiable(y, [x], (dy) => {
    const { d: dx, ADD } = tape.gradient(x);
    tape.call(ropeKernels.backward, { dy, angles, position, slot, dx }, { ...groups, ADD });
  });
}
