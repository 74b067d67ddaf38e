export interface AttentionSizes {
  readonly B: number;
  readonly T: number;
  readonly S: number;
  readonly Q: number;
  readonly D: number;
  readonly H: number;
}

interface Attention {
  /** (B, T, Q, H) */
  readonly q: number[];
  /** (B, S, D, H): key heads, then value heads */
  readonly kv: number[];
  /** (B, T) */
  readonly queryBlock: number[];
  /** (B, S) */
  readonly keyBlock: number[];
  readonly sizes: AttentionSizes;
  /** Default: 1 / √H. */
  readonly scale?: number;
  /** c: a logit z becomes c · tanh(z / c). */
  readonly cap?: number | null;
  /** How many blocks a query sees, its own among them. */
  readonly window?: number | null;
}

/** What openpi puts in place of a masked logit. */
const MASKED = -2.3819763e38;

/** attention in plain float64 loops: logits, mask, softmax, mean of values (B, T, Q, H). */
export function attention({ q, kv, queryBlock, keyBlock, sizes, ...form }: Attention): number[] {
  const { B, T, S, Q, D, H } = sizes;
  const { scale = 1 / Math.sqrt(H), cap = null, window = null } = form;
  const y: number[] = [];
  const K = D / 2;
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let n = 0; n < Q; n++) {
        const row = ((b * T + t) * Q + n) * H;
        const keyHead = Math.floor(n / (Q / K));
        const at = (s: number, d: number) => ((b * S + s) * D + d) * H;
        const logits = Array.from({ length: S }, (_, s) => {
          let dot = 0;
          for (let h = 0; h < H; h++) dot += (q[row + h] as number) * (kv[at(s, keyHead) + h] as number);
          const back = queryBlock[b * T + t]! - keyBlock[b * S + s]!;
          if (back < 0 || (window !== null && back >= window)) return MASKED;
          return cap === null ? scale * dot : cap * Math.tanh((scale * dot) / cap);
        });
        const largest = Math.max(...logits);
        const exps = logits.map((logit) => Math.exp(logit - largest));
        const sum = exps.reduce((a, e) => a + e, 0);
        for (let h = 0; h < H; h++) {
          y.push(exps.reduce((a, e, s) => a + (e / sum) * (kv[at(s, K + keyHead) + h] as number), 0));
        }
      }
    }
  }
  return y;
}
