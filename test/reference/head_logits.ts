/** hidden · tableᵀ in plain float64 loops, (N, V): hidden (N, C), table (V, C); with a cap, cap · tanh(logit / cap). */
export function headLogits(hidden: number[], table: number[], C: number, cap: number | null): number[] {
  const logits: number[] = [];
  for (let n = 0; n < hidden.length / C; n++) {
    for (let v = 0; v < table.length / C; v++) {
      let dot = 0;
      for (let c = 0; c < C; c++) dot += (hidden[n * C + c] as number) * (table[v * C + c] as number);
      logits.push(cap === null ? dot : cap * Math.tanh(dot / cap));
    }
  }
  return logits;
}
