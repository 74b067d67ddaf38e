import type { ActionCurve, OpenLoop } from '../../worker/api';

/** What predicted the actions: the adapter, and what it is compared with. */
export const predictors = ['adapter', 'hold', 'mean', 'base'] as const;
export type PredictorName = (typeof predictors)[number];

/** Mean absolute errors of one joint, in its own unit. */
export interface JointErrors {
  readonly joint: string;
  readonly errors: Readonly<Record<PredictorName, number>>;
  /** Those with the smallest error: more than one where they are equal, none where no error is a number. */
  readonly best: readonly PredictorName[];
}

/** The table: a row a joint. */
export function jointErrors({ joints, mae, hold, mean, base }: OpenLoop): readonly JointErrors[] {
  return joints.map((joint, index) => {
    const at = (values: readonly number[]): number => values[index] ?? Number.NaN;
    const errors = { adapter: at(mae), hold: at(hold), mean: at(mean), base: at(base) };
    const least = Math.min(...predictors.map((by) => errors[by]).filter(Number.isFinite));
    return { joint, errors, best: predictors.filter((by) => errors[by] === least) };
  });
}

/** Number of joints on which nothing is better than the adapter. */
export const jointsWon = (rows: readonly JointErrors[]): number =>
  rows.filter((row) => row.best.includes('adapter')).length;

/** Joints on which the adapter is worse than the base alone. */
export const worseThanBase = (rows: readonly JointErrors[]): readonly string[] =>
  rows.flatMap(({ joint, errors }) => (errors.adapter > errors.base ? [joint] : []));

/** Frames at which a new chunk begins; none where they would be a grey wash. */
export function chunkStarts({ frames, horizon }: ActionCurve): readonly number[] {
  const starts = horizon > 0 ? Math.ceil(frames / horizon) - 1 : 0;
  if (starts > 40) return [];
  return Array.from({ length: Math.max(0, starts) }, (_, n) => (n + 1) * horizon);
}
