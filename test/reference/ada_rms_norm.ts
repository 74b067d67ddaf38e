import { rmsNorm } from './rms_norm';

/** ada_rms_norm in plain float64 loops: x (N, C), condition (B, 3, C), of which the gate takes no part. */
export function adaRmsNorm(x: number[], condition: number[], B: number): number[] {
  const C = condition.length / (3 * B);
  const ofSample = x.length / B;
  return Array.from({ length: B }, (_, b) => {
    const [scale, shift] = [0, 1].map((g) => condition.slice((b * 3 + g) * C, (b * 3 + g + 1) * C));
    const normed = rmsNorm(x.slice(b * ofSample, (b + 1) * ofSample), scale!);
    return normed.map((value, i) => value + shift![i % C]!);
  }).flat();
}
