import { headLogits } from './head_logits';

/** cross_entropy in plain float64 loops: −log softmax(logits)[target] of each row, logits as a head gives them. */
export function crossEntropy(
  hidden: number[],
  table: number[],
  targets: number[],
  C: number,
  cap: number | null = null,
): number[] {
  const V = table.length / C;
  const all = headLogits(hidden, table, C, cap);
  return targets.map((target, n) => {
    const logits = all.slice(n * V, (n + 1) * V);
    const largest = Math.max(...logits);
    const sum = logits.reduce((a, logit) => a + Math.exp(logit - largest), 0);
    return largest + Math.log(sum) - (logits[target] as number);
  });
}
