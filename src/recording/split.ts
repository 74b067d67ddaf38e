import { randomStream } from '../random';

export interface EpisodeSplit {
  /** Places in the recording's list of episodes, ascending. */
  readonly training: readonly number[];
  readonly heldout: readonly number[];
}

/**
 * Holds whole episodes out: frames of one demonstration are too alike to be on both sides. At least one episode goes to each side;
 * where there is only one, it is learned from and none is held out.
 */
export function splitEpisodes(count: number, fraction: number, seed: number): EpisodeSplit {
  const order = Array.from({ length: count }, (_, index) => index);
  if (fraction <= 0 || count < 2) return { training: order, heldout: [] };
  const random = randomStream(seed, 'episodes');
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const held = Math.min(count - 1, Math.max(1, Math.round(count * fraction)));
  const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  return { training: ascending(order.slice(held)), heldout: ascending(order.slice(0, held)) };
}
