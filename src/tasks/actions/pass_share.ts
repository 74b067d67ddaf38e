import type { Call } from '../../gpu/kernel';
import type { PassProgress } from './run_prefix_pass';

/**
 * How much of a block of frames is done, from 0 to 1, by the operations of its layers: one of the backbone takes many times as long as one
 * of the tower.
 */
export function shareOfBlock(layers: readonly { readonly calls: readonly Call[] }[]) {
  const flops = layers.map(({ calls }) => calls.reduce((sum, call) => sum + call.flops, 0));
  const sumOf = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0);
  const before = flops.map((_, layer) => sumOf(flops.slice(0, layer)));
  const all = sumOf(flops);
  return ({ layer, frame, frames }: Omit<PassProgress, 'layers'>): number =>
    (before[layer]! + (flops[layer]! * frame) / frames) / all;
}
