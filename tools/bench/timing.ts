/** What is compared: one piece of work, done by each side; both wait until the GPU has finished. */
export interface Sides {
  ours: () => Promise<unknown>;
  peer: () => Promise<unknown>;
}

export const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Ours, peer, ours, peer: what else the machine does hits both. One round more than `rounds`, the first not counted. */
export async function interleave({ ours, peer }: Sides, rounds: number) {
  const times: { ours: number; peer: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    times.push({ ours: await milliseconds(ours), peer: await milliseconds(peer) });
  }
  return summary(times.slice(1));
}

/** Medians in milliseconds; a ratio above 1 says that ours is faster. */
export function summary(times: readonly { ours: number; peer: number }[]) {
  const ours = median(times.map((t) => t.ours));
  const peer = median(times.map((t) => t.peer));
  const rounded = (value: number) => Number(value.toPrecision(4));
  return { ours_ms: rounded(ours), peer_ms: rounded(peer), ratio: rounded(peer / ours), rounds: times.length };
}
