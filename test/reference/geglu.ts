/** gelu in its tanh form. */
export const gelu = (x: number) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

/** geglu in plain float64 loops: x (N, 2, F) holds gate, then up, for each row. */
export function geglu(x: number[], F: number): number[] {
  return Array.from({ length: x.length / 2 }, (_, index) => {
    const gate = Math.floor(index / F) * 2 * F + (index % F);
    return gelu(x[gate] as number) * (x[gate + F] as number);
  });
}
