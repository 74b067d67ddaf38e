import { problem } from '../problem';
import { randomStream } from '../random';

export interface EpisodeSplit {
  /** Places in the recording's list of episodes, ascending. */
  readonly training: readonly number[];
  readonly heldout: readonly number[];
}

/**
 * Holds whole episodes out: frames of one demonstration are too alike to be on both sides. At least one episode goes to each side.
 * Throws a ProblemError where there is only one.
 */
export function splitEpisodes(count: number, fraction: number, seed: number): EpisodeSplit {
  const order = Array.from({ length: count }, (_, index) => index);
  if (fraction <= 0) return { training: order, heldout: [] };
  if (count < 2)
    throw problem(
      'There is one episode, and at least two are needed: one to learn from and one to test on.',
      undefined,
      'Add an episode, or set the held-out share to 0.',
    );
  const random = randomStream(seed, 'episodes');
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const held = Math.min(count - 1, Math.max(1, Math.round(count * fraction)));
  const ascending = (list: readonly number[]) => [...list].sort((a, b) => a - b);
  return { training: ascending(order.slice(held)), heldout: ascending(order.slice(0, held)) };
}
