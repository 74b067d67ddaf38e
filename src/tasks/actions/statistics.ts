/** The statistics by which a run's numbers are scaled: those of its recording, or those that its base was trained with. */
import { type Problem, problem } from '../../problem';
import { type NormStats, normalize, type Stats } from '../../recording/normalize';
import type { JointNames } from '../../recording/recording';
import type { NormalizationKind } from '../../settings/actions';
import { misfitOf } from '../../settings/statistics';

/** Numbers that are scaled lie about within −1 … 1 by quantiles, and −3 … 3 by deviations: what is beyond was learned otherwise. */
const FAR = 10;

/** What a robot's numbers are called, and how they are scaled. */
interface Scaled {
  readonly names: JointNames;
  readonly normalization: NormalizationKind;
}

/**
 * Statistics of a checkpoint, as those of a robot.
 * @throws ProblemError where there are none, or they are of another robot
 */
export function statsOfCheckpoint(stats: NormStats | undefined, { names, normalization }: Scaled): NormStats {
  const robot = { state: names.state.length, actions: names.action.length };
  const misfit = stats ? misfitOf(stats, robot, normalization) : 'The base brings no statistics of its own.';
  if (!stats || misfit !== null) throw problem(misfit ?? '', 'statistics', 'Take those of the recording.');
  return { state: firstOf(stats.state, robot.state), actions: firstOf(stats.actions, robot.actions) };
}

const firstOf = ({ mean, std, q01, q99 }: Stats, numbers: number): Stats => ({
  mean: mean.slice(0, numbers),
  std: std.slice(0, numbers),
  ...(q01 && q99 ? { q01: q01.slice(0, numbers), q99: q99.slice(0, numbers) } : {}),
});

/** Which joints of a recording lie so far from what the statistics say that they hardly are of the same numbers. */
export function farFrom(stats: NormStats, measured: NormStats, { names, normalization }: Scaled): Problem[] {
  const roles = [
    ['state', 'state'],
    ['actions', 'action'],
  ] as const;
  return roles.flatMap(([role, of]) => {
    const { mean, q01 = mean, q99 = mean } = measured[role];
    const ends = [q01, q99].map((row) => Float32Array.from(row));
    for (const values of ends) normalize(values, stats[role], normalization);
    const far = names[of].filter((_, joint) => ends.some((values) => Math.abs(values[joint]!) > FAR));
    if (far.length === 0) return [];
    return {
      what: `By the statistics of the checkpoint, the ${of} of ${far.join(', ')} goes more than ${FAR} times as far as in its training.`,
      where: 'statistics',
      fix: 'Learn the same joints as differences as in its training, in the same units; or take the statistics of the recording.',
    };
  });
}
