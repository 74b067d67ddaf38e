/** Whether the statistics that a checkpoint brings can be those of a robot. */
import type { NormalizationKind } from './actions';

/** A number for each of a state or an action. */
interface Rows {
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly q01?: readonly number[];
  readonly q99?: readonly number[];
}

/** What is less is zero. */
const ZERO = 1e-6;

/**
 * Why they cannot, a sentence; null where they can. Behind the robot's numbers may stand those of zeros alone: openpi measures some
 * robots after it has padded them to what the model has room for.
 * @param robot Numbers of its state, and of an action
 */
export function misfitOf(
  stats: { readonly state: Rows; readonly actions: Rows },
  robot: { readonly state: number; readonly actions: number },
  kind: NormalizationKind,
): string | null {
  const lists = [
    [stats.state, robot.state, 'a state'],
    [stats.actions, robot.actions, 'an action'],
  ] as const;
  for (const [{ mean, std, q01, q99 }, numbers, of] of lists) {
    const padded = mean.findLastIndex((value, n) => Math.abs(value) > ZERO || std[n]! > ZERO) + 1;
    if (mean.length !== numbers && padded !== numbers)
      return `The statistics of the checkpoint are of ${padded} numbers of ${of}, and there are ${numbers}.`;
    if (kind === 'quantile' && !(q01 && q99))
      return 'The statistics of the checkpoint hold no quantiles, and numbers are scaled by them.';
  }
  return null;
}
