/** cross_entropy in plain float64 loops: −log softmax(hidden · tableᵀ)[target] of each row. */
export function crossEntropy(hidden: number[], table: number[], targets: number[], C: number): number[] {
  return targets.map((target, n) => {
    const logits = Array.from({ length: table.length / C }, (_, v) => {
      let dot = 0;
      for (let c = 0; c < C; c++) dot += (hidden[n * C + c] as number) * (table[v * C + c] as number);
      return dot;
    });
    const largest = Math.max(...logits);
    const sum = logits.reduce((a, logit) => a + Math.exp(logit - largest), 0);
    return largest + Math.log(sum) - (logits[target] as number);
  });
}
