/** ada_add in plain float64: a and b (N, C), condition (B, 3, C), of which the gate alone takes part. */
export function adaAdd(a: number[], b: number[], condition: number[], B: number): number[] {
  const C = condition.length / (3 * B);
  const ofSample = a.length / B;
  return a.map((value, i) => value + condition[(Math.floor(i / ofSample) * 3 + 2) * C + (i % C)]! * b[i]!);
}
