interface Rope {
  /** (B, T, G, H) */
  readonly x: number[];
  /** (Z, H): cosines, then sines */
  readonly angles: number[];
  /** (B, T) */
  readonly position: number[];
  /** (B, T) */
  readonly slot: number[];
  /** (B, S, D, H), before */
  readonly y: number[];
  readonly sizes: Readonly<Record<'B' | 'T' | 'S' | 'G' | 'D' | 'H', number>>;
  readonly rotated: number;
  readonly first: number;
}

/** rope in plain float64 loops: y with x's heads in their slots, from `first` on, the first `rotated` of them turned. */
export function rope({ x, angles, position, slot, y: before, sizes, rotated, first }: Rope): number[] {
  const { B, T, S, G, D, H } = sizes;
  const y = before.slice();
  const half = H / 2;
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const s = slot[b * T + t] as number;
      if (s >= S) continue;
      for (let g = 0; g < G; g++) {
        for (let h = 0; h < half; h++) {
          const from = ((b * T + t) * G + g) * H + h;
          const to = ((b * S + s) * D + first + g) * H + h;
          const angle = (position[b * T + t] as number) * H + h;
          const cosine = g < rotated ? (angles[angle] as number) : 1;
          const sine = g < rotated ? (angles[angle + half] as number) : 0;
          const x1 = x[from] as number;
          const x2 = x[from + half] as number;
          y[to] = x1 * cosine - x2 * sine;
          y[to + half] = x2 * cosine + x1 * sine;
        }
      }
    }
  }
  return y;
}
