/** How a token is chosen. */
export interface Choice {
  /** 0: the likeliest. */
  readonly temperature: number;
  /** Only among this many of the likeliest; 0: among all. */
  readonly topK: number;
  /** Only among the fewest that together have this share of the probability; 1: among all. */
  readonly topP: number;
  /** Ids that are never chosen. */
  readonly never: ReadonlySet<number>;
}

/** Samples softmax(logits / temperature) of what top-k and top-p leave; the likeliest at temperature 0. */
export function choose(logits: Float32Array, choice: Choice, random: () => number): number {
  const { temperature, never } = choice;
  let best = -1;
  logits.forEach((value, id) => {
    if (!never.has(id) && (best < 0 || value > logits[best]!)) best = id;
  });
  if (temperature === 0) return best;
  const largest = logits[best]!;
  const weightOf = (value: number) => Math.exp((value - largest) / temperature);
  const least = leastLogit(logits, choice, weightOf);
  const isIn = (id: number) => logits[id]! >= least && !never.has(id);
  let total = 0;
  for (let id = 0; id < logits.length; id++) if (isIn(id)) total += weightOf(logits[id]!);
  let left = random() * total;
  for (let id = 0; id < logits.length; id++) {
    if (!isIn(id)) continue;
    left -= weightOf(logits[id]!);
    if (left < 0) return id;
  }
  return best; // rounding left nothing over
}

/** The smallest logit that may be chosen. Equal ones stand or fall together. */
function leastLogit(logits: Float32Array, { topK, topP, never }: Choice, weightOf: (value: number) => number): number {
  if (topK === 0 && topP >= 1) return Number.NEGATIVE_INFINITY;
  const descending = logits
    .filter((_, id) => !never.has(id))
    .sort()
    .reverse();
  const most = topK > 0 ? Math.min(topK, descending.length) : descending.length;
  const kept = descending.subarray(0, most);
  if (topP >= 1) return kept.at(-1)!;
  const share = topP * kept.reduce((sum, value) => sum + weightOf(value), 0);
  let sum = 0;
  return (
    kept.find((value) => {
      sum += weightOf(value);
      return sum >= share;
    }) ?? kept.at(-1)!
  );
}
