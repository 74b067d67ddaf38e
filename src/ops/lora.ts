import { reshape, type Tensor } from '../gpu/tensor';
import type { Tape } from '../tape/tape';
import { linear } from './matmul';
import { sumHeads } from './sum_heads';

/** y[n,g] += scale · (x[n,j] · a[g]) · b[g], where j = g, or 0 if all groups share one input (J = 1). */
export function lora(
  tape: Tape,
  {
    x,
    a,
    b,
    y,
    scale,
  }: { x: Tensor<'N J I'>; a: Tensor<'G I R'>; b: Tensor<'G R O'>; y: Tensor<'N G O'>; scale: number },
): void {
  const { G, I, R } = a.sizes;
  const { N } = x.sizes;
  const down = linear(tape, { x, weight: reshape(a, 'G I O', { G, I, O: R }) });
  const up = reshape(b, 'G I O', { G: b.sizes.G, I: b.sizes.R, O: b.sizes.O });
  linear(tape, { x: reshape(down, 'N J I', { N, J: G, I: R }), weight: up, scale, addTo: y });
}

/**
 * openpi's o-projection: one a over all heads together, but b summed over the heads before it is used:
 * y[n] += scale · (x[n] · a) · Σ_g b[g].
 * @param x the heads side by side as one row of I = G·H channels, J = 1
 * @param y G = 1
 */
export function loraSummed(
  tape: Tape,
  {
    x,
    a,
    b,
    y,
    scale,
  }: { x: Tensor<'N J I'>; a: Tensor<'G I R'>; b: Tensor<'G R O'>; y: Tensor<'N G O'>; scale: number },
): void {
  const { R, O } = b.sizes;
  lora(tape, { x, a, b: reshape(sumHeads(tape, { b }), 'G R O', { G: 1, R, O }), y, scale });
}
