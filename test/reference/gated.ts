import { gelu } from './geglu';
import { swish } from './swish';

/** act(gate) · up in plain float64 loops, element by element. */
export function gated(gate: number[], up: number[], activation: 'gelu' | 'silu'): number[] {
  const acted = activation === 'gelu' ? gate.map(gelu) : swish(gate);
  return acted.map((value, i) => value * up[i]!);
}
